"""Amounts as Stripe counts them (docs.stripe.com/currencies): not always in the minor units of CLDR."""

from babel.numbers import get_currency_precision

WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE = frozenset("BHD JOD KWD OMR TND".split())
UNSETTLED = frozenset({"UGX"})  # both without minor units and, for old integrations, with two: we send none


class NotPayable(ValueError):
    """Stripe takes no such amount; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def to_stripe(minor: int, currency: str) -> int:
    """Our minor units as Stripe's. NotPayable for what it would refuse, or read as another amount.

    ISK is one that has minor units there and none in CLDR. In currencies with three digits the last must be 0."""
    if currency in UNSETTLED:
        raise NotPayable("currency_not_payable")
    if currency in THREE and minor % 10:
        raise NotPayable("amount_must_end_in_0")
    theirs, rest = divmod(minor * 10 ** _digits(currency), 10 ** get_currency_precision(currency))
    if rest:
        raise NotPayable("amount_too_fine")
    return theirs


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's units as our minor units; of what is finer than ours, nothing is left out: it is rounded up."""
    return -(-amount * 10 ** get_currency_precision(currency) // 10 ** _digits(currency))


def _digits(currency: str) -> int:
    return 0 if currency in WHOLE else 3 if currency in THREE else 2
