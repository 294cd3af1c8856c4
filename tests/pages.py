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


def version(browser: FlaskClient, shut: TestResponse) -> str:
    """The version of the case that a shut page leads back to."""
    back = re.search(r'class="btn primary" href="([^"]*)"', shut.text)
    assert back, shut.text
    found = re.search(r'name="seen_version" value="(\d+)"', browser.get(unescape(back[1])).text)
    return found[1] if found else "1"


def send(
    browser: FlaskClient, page: str, data: dict[str, Any] | None = None, *, action: str | None = None
) -> TestResponse:
    """Open a page, fill in its form, send it to where it goes. One that is shut by now is sent all the same, as by
    somebody who had it open."""
    opened = browser.get(page)
    assert opened.status_code in (200, 409), (page, opened.status_code, opened.text[:500])
    hidden = fields(opened.text, action) if opened.status_code == 200 else {"seen_version": version(browser, opened)}
    body = {**hidden, **(data or {})}
    return browser.post(action or page, data=body, content_type="multipart/form-data")
