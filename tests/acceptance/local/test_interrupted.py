"""Whoever leaves while a stack starts leaves nothing running."""

import os
import subprocess
import sys

import pytest

from tests.acceptance.local.conftest import SOURCE
from tests.patience import FOR_EVER_SECONDS
from worker.local.files import local_folder
from worker.local.folders import StackFolder
from worker.local.locks import is_locked
from worker.local.packages import install_packages
from worker.local.spec import StackSpec
from worker.local.stack import StackOptions, status, up
from worker.local.state import Phase

pytestmark = pytest.mark.stack


def rests(folder: StackFolder) -> bool:
    """Whether no stack runs here, nor is about to."""
    return status(folder.path, folder=folder).phase is Phase.STOPPED and not is_locked(folder.supervisor_lock)


@pytest.mark.parametrize("step", [0, 1])
def test_ctrl_c_while_it_starts_stops_it(step: int, folder: StackFolder) -> None:
    """At whatever it was said to do."""
    heard: list[str] = []

    def report(text: str) -> None:
        heard.append(text)
        if len(heard) > step and text != "stopping the stack":
            raise KeyboardInterrupt

    wanted = StackOptions(folder=folder, port=0, fast=True, ends_with=os.getpid(), source=SOURCE)
    with pytest.raises(KeyboardInterrupt):
        up(folder.path, options=wanted, report=report)
    assert heard[-1] == "stopping the stack"
    assert rests(folder)


def test_a_supervisor_that_nobody_waits_for_any_more_ends(folder: StackFolder) -> None:
    """Ctrl-C came before it could be found: it has started nothing, and is gone by itself."""
    packages = install_packages(local_folder(), report=lambda _: None)
    spec = StackSpec(project=folder.path, folder=folder, packages=packages, source=SOURCE, port=0, fast=True)
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "worker.local.supervisor", str(write_end)],
            input=spec.to_json(),
            pass_fds=(write_end,),
            text=True,
            capture_output=True,
            timeout=FOR_EVER_SECONDS,
            check=False,
        )
    finally:
        os.close(write_end)
    assert done.returncode == 0, done.stderr
    assert rests(folder)
