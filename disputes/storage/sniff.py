"""Which kind of file this really is: an allow-list by content. A name or a browser's word counts for nothing."""

import puremagic

from disputes.text import N_, Text

MEGABYTE = 1024 * 1024
FILE_BYTES = 10 * MEGABYTE
FILES_PER_SIDE = 20
CASE_BYTES = 200 * MEGABYTE
HEAD_BYTES = 8192
ALLOWED = {  # and the endings a file of that type may be saved under
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "application/pdf": ("pdf",),
    "video/mp4": ("mp4",),
    "text/plain": ("txt", "log", "csv", "md"),
}
STARTS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
}


class BadFile(ValueError):
    """A file that is not taken; `reason` says which and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def media_type(head: bytes, filename: str) -> str:
    """The media type of a file from its first bytes. BadFile when it is none of ours."""
    found = _text(head) or _known(head)
    if found is None:
        raise BadFile(Text(N_("%(name)s is not a photo, PDF, MP4 video or plain text."), {"name": filename}))
    return found


def _known(head: bytes) -> str | None:
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    types = [match.mime_type for match in matches if match.mime_type in ALLOWED]
    # The first bytes must be the format's own: a page with a picture's mark in its middle is not a picture.
    return next((t for t in types if t not in STARTS or head.startswith(STARTS[t])), None)


def _text(head: bytes) -> str | None:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4 or len(head) < HEAD_BYTES:
            return None
        text = head[: error.start].decode("utf-8")
    plain = all(char.isprintable() or char in "\r\n\t\ufeff" for char in text)
    return "text/plain" if plain and text.strip() and not text.lstrip("\ufeff \r\n\t").startswith("%PDF-") else None
