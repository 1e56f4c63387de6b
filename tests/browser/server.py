"""The product served on a free port of this machine, from the test process's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core.servers.basehttp import ThreadedWSGIServer, get_internal_wsgi_application
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
        server.set_app(get_internal_wsgi_application())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
