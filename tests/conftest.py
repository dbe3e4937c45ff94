"""What holds for all tests."""

import os
import re
import signal
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

from tests.ending import AT_THE_END

if TYPE_CHECKING:
    from tests.lanes import Lanes

# Who starts the tests in the background of a shell without job control has them ignore Ctrl-C, and all that
# they start with them: those that are about Ctrl-C would wait for ever. A handler here is none in children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# The same holds for `nohup` and a terminal that is closed, which these tests outlive as they were asked to.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda number, frame: None)

# Property tests find the same examples every time and everywhere: a test that fails once fails always. How
# long one takes is no matter: a busy machine is slow. Hypothesis would also try values that stand in those of
# our files that are loaded when a test begins; in another order of tests these are others.
hypothesis.settings.register_profile(
    "baton",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("baton")
providers.is_local_module_file = lambda path: False  # type: ignore[attr-defined,assignment] # its own affair

#: What a build machine, a hook of git, a terminal or a user of Baton may have set: for a test it would be
#: another matter. Where stacks lie on this machine stays, and so does the wish to write what is golden.
_FOREIGN = re.compile(
    r"CI|(CI|GITHUB|GITLAB|RUNNER)_.*|GITLAB|GIT_(DIR|INDEX_FILE|PREFIX|WORK_TREE)"
    r"|BATON_(?!DATA_HOME|GOLDEN|WRITE).*|COLUMNS|LINES"
)
for _name in filter(_FOREIGN.fullmatch, list(os.environ)):
    del os.environ[_name]

# Through a company's proxy the tests get packages, if they must, but nothing of this machine.
if any(_name.lower() in ("all_proxy", "http_proxy", "https_proxy") for _name in os.environ):
    for _name in ("no_proxy", "NO_PROXY"):
        os.environ[_name] = ",".join(filter(None, (os.environ.get(_name), "127.0.0.1,localhost,::1")))


def pytest_sessionfinish() -> None:
    """What all tests shared is not needed any more."""
    AT_THE_END.close()


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
