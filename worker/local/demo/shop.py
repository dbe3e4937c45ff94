"""The sample shop as a part of the stack, so that its runs can be repeated while the stack is up."""

import http.client
import sys

from worker.clock import Clock
from worker.errors import LocalStackError
from worker.local.demo.examples import examples_folder
from worker.local.folders import StackFolder
from worker.local.ports import first_free
from worker.local.spec import ExtraCommand
from worker.local.state import read_state

NAME = "shop"

#: Where the suite expects the shop; any other free port will do.
USUAL_PORT = 8900

#: The shop is there in a tenth of a second; a machine under load may need more.
_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.05


def shop_command(*, port: int, password: str) -> ExtraCommand:
    """The shop as a program beside the stack. The password travels where no list of processes shows it."""
    program = examples_folder() / "shop" / "server.py"
    return ExtraCommand(
        name=NAME,
        arguments=(sys.executable, str(program), "--port", str(port)),
        environment={"SHOP_PASSWORD": password},
    )


def shop_port(folder: StackFolder) -> int:
    """The port of the shop that belongs to this stack, or a free one where there is none yet."""
    state = read_state(folder)
    for extra in state.extras if state is not None else ():
        if extra.name == NAME:
            return int(extra.arguments[-1])
    with first_free(USUAL_PORT) as found:
        port: int = found.getsockname()[1]
    return port


async def wait_for_shop(port: int, *, clock: Clock) -> None:
    """Return when the shop answers. Raises LocalStackError when it does not in time."""
    end = clock.monotonic() + _PATIENCE_SECONDS
    while not _answers(port):
        if clock.monotonic() > end:
            raise LocalStackError(
                "The sample shop does not answer",
                where=f"http://127.0.0.1:{port}",
                hint="`baton down` and `baton demo` start it again; `baton status` says where its log is.",
            )
        await clock.sleep(_POLL_SECONDS)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
