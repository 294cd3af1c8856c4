"""A real server on a real port, and many people at it at the same moment."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
from flask import Flask
from werkzeug.serving import make_server

from tests.pages import fields
from tests.signing import sign_in_as


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application with threads, as gunicorn does; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def browser(app: Flask, base: str, email: str) -> httpx.Client:
    """A browser of its own in which somebody is signed in."""
    test_client = app.test_client()
    sign_in_as(app, test_client, email)
    cookie = test_client.get_cookie("disputes")
    assert cookie is not None
    client = httpx.Client(base_url=base, timeout=60)
    client.cookies.set("disputes", cookie.value, domain="127.0.0.1")  # as the server's own replaces it later
    return client


def form(client: httpx.Client, page: str, action: str | None = None) -> dict[str, str]:
    """A page's form as it stands now, to be sent later."""
    return fields(client.get(page).text, action)


def at_once(*posts: Callable[[], httpx.Response]) -> list[int]:
    """Send all of them at the same moment; returns their status codes, in the order given."""
    gate = threading.Barrier(len(posts))

    def send(post: Callable[[], httpx.Response]) -> int:
        gate.wait()
        return post().status_code

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, posts))
