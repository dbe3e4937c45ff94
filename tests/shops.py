"""The example shop, served in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shopapi import Shop, ShopServer, ShopSettings


@contextmanager
def running_shop() -> Iterator[ShopServer]:
    """A shop on a free port, as it is when it is started without options."""
    with ShopServer(Shop(ShopSettings())) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
