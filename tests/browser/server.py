"""The product served on a free port of this machine, from the test process's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler


@contextmanager
def serving() -> Iterator[str]:
    """Serve the product, static files included, and give its address: by name, as passkeys and cookies need one."""
    # Port 0 lets the system choose one that is free.
    with (
        ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler) as server,
        override_settings(ROOT_URLCONF="tests.browser.urls"),
    ):
        # As kijk.wsgi makes it, without that module's own connection to the database: none is allowed yet.
        server.set_app(WSGIHandler())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
