"""Walk the pages without a browser: read a form, fill it in, send it."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

INPUT = re.compile(r"<input\b[^>]*>")


def attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found.group(1)) if found else None


def fields(html: str, action: str | None = None) -> dict[str, str]:
    """The hidden fields of the page's form that posts to `action` (or of its main form)."""
    forms = re.findall(r"<form\b.*?</form>", html, re.S)
    mine = [f for f in forms if 'method="post"' in f and "/sign-out" not in f]
    if action is not None:
        mine = [f for f in mine if f'action="{action}"' in f]
    assert mine, f"no form for {action}"
    hidden = [tag for tag in INPUT.findall(mine[0]) if attribute(tag, "type") == "hidden"]
    return {attribute(tag, "name") or "": attribute(tag, "value") or "" for tag in hidden}


def send(
    browser: FlaskClient, page: str, data: dict[str, Any] | None = None, *, action: str | None = None
) -> TestResponse:
    """Open a page, fill in its form, send it to where it goes."""
    opened = browser.get(page)
    assert opened.status_code == 200, (page, opened.status_code, opened.text[:500])
    body = {**fields(opened.text, action), **(data or {})}
    return browser.post(action or page, data=body, content_type="multipart/form-data")
