"""Durations and the last moment they allow."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from disputes.policies.duration import Duration, Kind, due

SECOND = timedelta(seconds=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def last(start: str, length: str, zone: ZoneInfo) -> str:
    end = due(datetime.fromisoformat(start).replace(tzinfo=zone), Duration.parse(length), zone)
    return end.astimezone(zone).isoformat()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PT48H", Kind.ELAPSED),
        ("PT1H30M", Kind.ELAPSED),
        ("P7D", Kind.CALENDAR),
        ("P2W", Kind.CALENDAR),
        ("P2M", Kind.CALENDAR),
        ("P1Y6M", Kind.CALENDAR),
        ("P0D", Kind.SAME_DAY),
    ],
)
def test_the_kind_follows_from_the_text(text, kind):
    assert Duration.parse(text).kind is kind


@pytest.mark.parametrize(
    "text",
    ["P1DT12H", "P1.5M", "PT0.5H", "-P7D", "P-7D", "PT0S", "P", "PT", "P1W2D", "p7d", "7D", "P7", "48h", "", 7, None],
)
def test_what_is_unclear_is_refused(text):
    with pytest.raises(ValueError):
        Duration.parse(text)


def test_two_months_are_two_months_and_not_sixty_days():
    assert last("2026-07-01T12:00", "P2M", AMSTERDAM) == "2026-09-01T23:59:59.999999+02:00"


def test_a_month_from_the_31st_ends_on_the_last_day_there_is():
    assert last("2026-01-31T12:00", "P1M", AMSTERDAM).startswith("2026-02-28T23:59:59")


def test_a_leap_day_is_a_day():
    assert last("2028-02-27T12:00", "P2D", SHANGHAI).startswith("2028-02-29T23:59:59")


def test_calendar_days_leave_out_the_first_day_and_end_with_the_last_in_the_shops_zone():
    assert last("2026-03-02T00:00", "P7D", SHANGHAI) == "2026-03-09T23:59:59.999999+08:00"
    assert last("2026-03-02T23:59:59", "P7D", SHANGHAI) == "2026-03-09T23:59:59.999999+08:00"


def test_the_day_is_the_shops_day_and_not_utcs():
    late_in_utc = datetime(2026, 3, 2, 20, tzinfo=UTC)  # 3 March in Shanghai
    assert (
        due(late_in_utc, Duration.parse("P7D"), SHANGHAI)
        == datetime(2026, 3, 10, 16, tzinfo=UTC) - timedelta.resolution
    )


def test_a_same_day_limit_ends_with_the_day_however_late_it_started():
    assert last("2026-03-03T23:50", "P0D", SHANGHAI).startswith("2026-03-03T23:59:59")


def test_every_instant_of_the_last_second_is_still_in_time():
    end = due(datetime(2026, 3, 2, 15, tzinfo=SHANGHAI), Duration.parse("P7D"), SHANGHAI)
    assert datetime(2026, 3, 9, 23, 59, 59, 999999, tzinfo=SHANGHAI) <= end
    assert not datetime(2026, 3, 10, tzinfo=SHANGHAI) <= end


def test_hours_are_elapsed_hours_when_the_clocks_go_forward():
    start = datetime(2026, 3, 28, 18, tzinfo=AMSTERDAM)
    end = due(start, Duration.parse("PT48H"), AMSTERDAM)
    assert end - start.astimezone(UTC) == timedelta(hours=48)
    assert end.astimezone(AMSTERDAM).hour == 19


def test_hours_are_elapsed_hours_when_the_clocks_go_back():
    start = datetime(2026, 10, 24, 18, tzinfo=AMSTERDAM)
    assert due(start, Duration.parse("PT48H"), AMSTERDAM).astimezone(AMSTERDAM).hour == 17


def test_days_end_at_local_midnight_across_summer_time():
    assert last("2026-03-26T12:00", "P7D", AMSTERDAM) == "2026-04-02T23:59:59.999999+02:00"
    assert last("2026-10-22T12:00", "P7D", AMSTERDAM) == "2026-10-29T23:59:59.999999+01:00"


def test_a_day_whose_last_hour_comes_twice_ends_after_the_second():
    santiago = ZoneInfo("America/Santiago")  # at midnight on 4 April 2026 it is 23:00 again
    end = due(datetime(2026, 4, 3, 12, tzinfo=santiago), Duration.parse("P1D"), santiago)
    assert end + timedelta.resolution == datetime(2026, 4, 5, 4, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError):
        due(datetime(2026, 3, 2), Duration.parse("P7D"), SHANGHAI)


def test_days_have_no_fixed_length():
    with pytest.raises(ValueError):
        Duration.parse("P7D").elapsed()
