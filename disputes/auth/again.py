"""Ask again who sits there, before something that matters: a password or code within the last ten minutes."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import abort, redirect, request, url_for
from flask_login import current_user

from disputes.moment import real_now

SURE_FOR = timedelta(minutes=10)
View = TypeVar("View", bound=Callable[..., Any])


def is_sure() -> bool:
    """Whether the person behind this request gave a password or code not long ago."""
    return current_user.sure_at is not None and real_now() - current_user.sure_at < SURE_FOR


def again(view: View) -> View:
    """For a view that matters: whoever is not sure gives their password first and comes back. Stands below @policy.

    404 for whom a shop handed over: they have no password here. A POST comes back to the page it was sent from."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if current_user.from_shop:
            abort(404)
        if is_sure():
            return view(*args, **kwargs)
        back = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "/").path
        return redirect(url_for("auth.ask_again", next=back), 303)

    return asked  # type: ignore[return-value]


def in_person(view: View) -> View:
    """For pages of one's own account: not there for whom a shop handed over."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if current_user.from_shop:
            abort(404)
        return view(*args, **kwargs)

    return asked  # type: ignore[return-value]
