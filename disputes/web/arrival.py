"""When a request reached us. Taken before its body is read: a slow upload counts from its first byte."""

from datetime import datetime

from flask import g

from disputes.moment import HasClock, moment, real_now


def take() -> None:
    """Before anything else of a request."""
    g.arrived_at = real_now()


def arrived_at(shop: HasClock) -> datetime:
    """The request's arrival in the shop's domain time."""
    return moment(shop, g.arrived_at)
