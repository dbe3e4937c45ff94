"""Trouble on demand: a slow endpoint and a flaky one, so that tests have something to find."""

import random
import threading
import time
from collections.abc import Callable

from shopapi.messages import ShopError


class Trouble:
    """How slow and how unreliable the shop is. Both are zero unless somebody asked for it."""

    def __init__(
        self,
        *,
        slow_seconds: float = 0.0,
        flaky_share: float = 0.0,
        seed: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._slow = slow_seconds
        self._share = flaky_share
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._sleep = sleep

    def dawdle(self) -> None:
        """Take as long as was asked for."""
        if self._slow > 0:
            self._sleep(self._slow)

    def stumble(self) -> None:
        """Fail now and then.

        Raises:
            ShopError: 503, for the share of calls that was asked for.
        """
        with self._lock:
            unlucky = self._random.random() < self._share
        if unlucky:
            raise ShopError(503, "warehouse_away", "The warehouse does not answer.")
