"""Tags and listings: what a shop says of a line, and nothing more."""

from datetime import date

from disputes.policies.facts import Line
from disputes.policies.told import told_of_line


def told(china, tags=(), promised=None):
    return told_of_line(tags, promised or {}, china("2026-02-26T10:00"))


def test_what_is_not_told_stays_unknown(china):
    line = Line(ref="1", **told(china))
    assert (line.sealed_goods, line.signs, line.notices, line.warranty_until) == (None, {}, {}, None)


def test_tags_tell_what_was_sold_and_what_was_seen(china):
    line = Line(ref="1", **told(china, ("sealed", "seen_seal_opened", "not_seen_worn", "backordered", "used")))
    assert line.sealed_goods and line.backordered
    # "used" alone is how it was sold, not what was seen when it came back.
    assert line.signs == {"seal_opened": True, "worn": False}


def test_a_notice_on_the_listing_was_shown_when_it_was_bought(china):
    line = Line(ref="1", **told(china, promised={"notice_non_returnable": "No returns.", "colour": "red"}))
    assert line.notices == {"non_returnable": china("2026-02-26T10:00")}


def test_a_warranty_is_a_date_or_unknown(china):
    assert told(china, promised={"warranty_until": "2028-03-01"})["warranty_until"] == date(2028, 3, 1)
    assert "warranty_until" not in told(china, promised={"warranty_until": "two years"})
