"""What runs now, as the next command finds it."""

import os
from pathlib import Path

import pytest

from worker.local.folders import StackFolder
from worker.local.processes import ProcessIdentity
from worker.local.spec import ExtraCommand, StackSpec
from worker.local.state import Phase, Ports, StackState, read_ports, read_state, write_ports, write_state

PORTS = Ports(gateway=54321, api=2, database=3)
WORKER = ExtraCommand(name="worker", arguments=("python", "-c"), environment={"KEY": "{secret_key}"})


@pytest.fixture
def folder(tmp_path: Path) -> StackFolder:
    """A stack's folder with nothing in it."""
    return StackFolder(tmp_path)


def state() -> StackState:
    """A stack with a worker, ready."""
    return StackState(
        phase=Phase.READY,
        supervisor=ProcessIdentity(pid=1, started="then"),
        ports=PORTS,
        project="/home/ada/shop",
        extras=(WORKER,),
        children={"postgres": ProcessIdentity(pid=2, started="later")},
    )


def test_a_state_survives_the_way_there_and_back(folder: StackFolder) -> None:
    """With everything that a restart or a clean-up needs."""
    write_state(folder, state())
    assert read_state(folder) == state()


@pytest.mark.parametrize("text", ["", "{}", '{"phase": "flying"}', '{"phase": "ready", "children": 7}'])
def test_a_state_of_no_use_is_none(folder: StackFolder, text: str) -> None:
    """A crash in the middle of anything must not keep a stack from starting."""
    folder.state.write_text(text)
    assert read_state(folder) is None


def test_a_part_that_ended_is_taken_out() -> None:
    """And one that was started again has its new number."""
    again = ProcessIdentity(pid=9, started="again")
    assert state().with_child("postgres", None).children == {}
    assert state().with_child("postgres", again).children == {"postgres": again}


def test_ports_outlive_a_stop(folder: StackFolder) -> None:
    """So that addresses stay what they were."""
    assert read_ports(folder) is None
    write_ports(folder, PORTS)
    assert read_ports(folder) == PORTS


def test_a_spec_survives_the_way_to_the_supervisor(tmp_path: Path) -> None:
    """It travels as text."""
    spec = StackSpec(
        project=tmp_path,
        folder=StackFolder(tmp_path),
        packages=tmp_path,
        source=tmp_path,
        port=0,
        fast=True,
        extras=(WORKER,),
        static_folder=tmp_path,
        ends_with=ProcessIdentity(pid=os.getpid(), started="now"),
    )
    assert StackSpec.from_json(spec.to_json()) == spec


def test_an_extra_command_gets_the_values_of_its_stack() -> None:
    """In place of the words in braces; other braces are left alone."""
    extra = ExtraCommand(name="x", arguments=(), environment={"A": "{url}/{other}", "B": "{secret_key}"})
    environment = extra.environment_for(url="http://here", publishable_key="p", secret_key="s")
    assert environment == {"A": "http://here/{other}", "B": "s"}
