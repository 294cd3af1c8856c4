"""When a request reached us. Taken before its body is read: a slow upload counts from its first byte."""

from datetime import datetime

from flask import abort, g, request

from disputes.moment import HasClock, moment, real_now


def take() -> None:
    """Before anything else of a request. 400 for an address with a NUL in it, which PostgreSQL cannot even look up."""
    g.arrived_at = real_now()
    if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(400)


def arrived_at(shop: HasClock) -> datetime:
    """The request's arrival in the shop's domain time."""
    return moment(shop, g.arrived_at)
