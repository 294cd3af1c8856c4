"""The refund calculator: parts always add up to the whole, to the minor unit, and never come to more than is left."""

from hypothesis import given
from hypothesis import strategies as st

from disputes.policies.repay import (
    DEDUCTION,
    DISCOUNT,
    GOODS,
    LINES,
    SHIPPING,
    TAX,
    TOTAL,
    Asked,
    Claim,
    Line,
    Part,
    Repayment,
    Tender,
    Worth,
    most_of,
    repay,
)
from disputes.policies.shares import spread

CURRENCIES = st.sampled_from(("JPY", "KWD", "EUR", "CNY", "USD"))
AMOUNTS = st.integers(0, 10**9)


@st.composite
def worths(draw: st.DrawFn) -> Worth:
    goods = draw(AMOUNTS)
    discount, tax = draw(st.integers(0, goods)), draw(st.integers(0, 10**8))
    return Worth(goods - discount + tax, discount, tax)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    lines = tuple(
        Line(str(n), f"Line {n}", quantity, quantity + draw(st.integers(0, 3)), draw(worths()))
        for n, quantity in enumerate(draw(st.lists(st.integers(1, 9), min_size=1, max_size=5)))
    )
    return Claim(lines, draw(AMOUNTS), tax_apart=draw(st.booleans()))


def tenders(*left: int) -> list[Tender]:
    return [Tender(n, f"Card {n}", minor) for n, minor in enumerate(left)]


def made(claim: Claim, asked: Asked, *, most: int | None = None, before: int = 0, left: tuple[int, ...] = (10**12,),
         currency: str = "EUR") -> Repayment:  # fmt: skip
    return repay(
        claim, asked, most_minor=10**12 if most is None else most, before_minor=before, tenders=tenders(*left),
        currency=currency,
    )  # fmt: skip


def adds_up(sum_: Repayment) -> None:
    assert sum(row.minor for row in sum_.rows) == sum_.total_minor
    assert sum(sent.minor for sent in sum_.tenders) == sum_.sent_minor
    assert Repayment.from_dict(sum_.as_dict()) == sum_


@given(st.lists(AMOUNTS, max_size=8), st.data())
def test_a_sum_spread_by_weight_is_whole_again_and_no_share_is_more_than_its_weight(
    weights: list[int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = spread(total, weights)
    assert sum(parts) == total and all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(claims(), CURRENCIES, st.lists(AMOUNTS, min_size=1, max_size=4), AMOUNTS, st.data())
def test_a_whole_claim_adds_up_whatever_was_sent_before(
    claim: Claim, currency: str, left: list[int], before: int, data: st.DataObject
) -> None:
    most = data.draw(st.integers(0, sum(left))) + before
    sum_ = made(claim, Asked(), most=most, before=before, left=tuple(left), currency=currency)
    adds_up(sum_)
    assert sum_.total_minor == min(claim.minor, most)
    assert all(sent.minor <= left[sent.ref] for sent in sum_.tenders)


@given(claims(), st.data())
def test_one_sum_is_spread_over_the_lines_and_none_gets_more_than_was_paid_for_it(
    claim: Claim, data: st.DataObject
) -> None:
    asked = data.draw(st.integers(0, claim.minor))
    sum_ = made(claim, Asked(TOTAL, asked))
    adds_up(sum_)
    given_ = sum_.by_line()
    assert sum_.total_minor == asked
    assert all(part.minor <= line.worth.minor for line in claim.lines if (part := given_.get(line.ref)))
    assert sum_.shipping_minor <= claim.shipping_minor


@given(claims(), st.data())
def test_amounts_for_each_line_add_up_and_come_back_as_they_were_asked(claim: Claim, data: st.DataObject) -> None:
    parts = {}
    for line in claim.lines:
        quantity = data.draw(st.integers(1, line.quantity))
        parts[line.ref] = Part(quantity, data.draw(st.integers(0, most_of(line.worth, quantity, line.quantity))))
    asked = Asked(LINES, 0, parts, data.draw(st.integers(0, claim.shipping_minor)))
    sum_ = made(claim, asked)
    adds_up(sum_)
    assert sum_.total_minor == asked.minor and sum_.by_line() == parts
    assert all(row.minor >= 0 for row in sum_.rows if row.what != DISCOUNT)


@given(worths(), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_units_claimed_one_after_another_give_back_exactly_the_whole(whole: Worth, claimed: list[int]) -> None:
    left, units, taken = whole, sum(claimed), Worth()
    for quantity in claimed:
        share = left.of(quantity, units)
        assert min(share.minor, share.goods, share.discount, share.tax) >= 0
        left, units, taken = left - share, units - quantity, taken + share
    assert taken == whole and left == Worth()


def test_a_discount_and_a_tax_line_are_shown_apart() -> None:
    claim = Claim((Line("1", "Headset", 1, 1, Worth(19900 - 1000 + 1766, 1000, 1766)),), 500)
    rows = [(row.what, row.minor) for row in made(claim, Asked()).rows]
    assert rows == [(GOODS, 19900), (DISCOUNT, -1000), (TAX, 1766), (SHIPPING, 500)]


def test_tax_that_the_price_holds_is_no_line_of_its_own() -> None:
    claim = Claim((Line("1", "Headset", 1, 1, Worth(21666, 0, 1766)),), tax_apart=False)
    assert [(row.what, row.minor) for row in made(claim, Asked()).rows] == [(GOODS, 21666)]


def test_what_is_not_left_to_send_back_is_a_deduction() -> None:
    sum_ = made(Claim((Line("1", "Lamp", 2, 2, Worth(6000)),)), Asked(), most=2500)
    assert [(row.what, row.minor) for row in sum_.rows] == [(GOODS, 6000), (DEDUCTION, -3500)]
    assert sum_.total_minor == 2500


def test_a_part_goes_back_to_each_way_of_paying_by_its_share() -> None:
    claim = Claim((Line("1", "Phone", 1, 1, Worth(200000)),))
    sum_ = made(claim, Asked(TOTAL, 100000), left=(150000, 50000))
    assert [sent.minor for sent in sum_.tenders] == [75000, 25000]
