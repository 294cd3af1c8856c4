"""Exhibits: added by a side, handed out as attachments."""
