"""Who may use a route. Each route declares it; one that does not keeps the application from starting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])
WITHOUT_POLICY = ("static",)
FOR_MACHINES = "/api/"  # whoever asks here gets JSON, and is not sent to a page to sign in


@dataclass(frozen=True)
class Policy:
    """`roles`: who, on the object `on` (case, order, evidence) or anywhere; public: anybody at all."""

    roles: tuple[str, ...]
    on: str | None = None
    public: bool = False


def policy(*roles: str, on: str | None = None, public: bool = False) -> Callable[[View], View]:
    """Declare a route's policy. No role and not public: whoever is signed in."""

    def declare(view: View) -> View:
        view.disputes_policy = Policy(roles, on, public)  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy:
    """The declared policy of an endpoint; KeyError when it has none."""
    declared = getattr(app.view_functions[endpoint], "disputes_policy", None)
    if declared is None:
        raise KeyError(endpoint)
    assert isinstance(declared, Policy)
    return declared


def require_policies(app: Flask) -> None:
    """RuntimeError naming every route that says nothing about who may use it."""
    bare = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in WITHOUT_POLICY and not hasattr(app.view_functions[rule.endpoint], "disputes_policy"):
            bare.append(rule.rule)
    if bare:
        raise RuntimeError(f"no policy declared for: {', '.join(sorted(bare))}")


def deny_by_default() -> Response | None:
    """Before every request: sign in first, and have the role somewhere; the view then asks about its object."""
    if request.endpoint is None or request.endpoint in WITHOUT_POLICY:
        return None
    declared = policy_of(current_app, request.endpoint)
    if declared.public:
        return None
    if not current_user.is_authenticated and request.path.startswith(FOR_MACHINES):
        abort(401)
    if not current_user.is_authenticated:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("auth.sign_in", next=back), 303)
    if declared.roles and declared.on is None and not current_user.has_any(declared.roles):
        abort(404)  # a page that is not for you looks like one that is not there
    return None
