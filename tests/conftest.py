"""What holds for all tests."""

import signal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.lanes import Lanes

# Who starts the tests in the background of a shell without job control has them ignore Ctrl-C, and all that
# they start with them: those that are about Ctrl-C would wait for ever. A handler here is none in children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Lanes":
    """With `-n`, several processes share the tests."""
    from tests.lanes import Lanes

    return Lanes(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process that shares the tests with others, what takes longest is first."""
    if hasattr(config, "workerinput"):
        from tests.lanes import place_of

        items.sort(key=lambda item: place_of(item.nodeid))
