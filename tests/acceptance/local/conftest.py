"""A small stack of its own for the rules of the local Supabase, and people who knock at it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.local.people import Project
from tests.stack import start_stack
from worker.local.folders import StackFolder
from worker.local.scratch import throw_away_folder
from worker.local.stack import StackInfo, down

SOURCE = Path(__file__).with_name("supabase")


@pytest.fixture(scope="session")
def template() -> Iterator[StackFolder]:
    """A stack that ran once and was stopped: copies of it start three times as fast as new ones."""
    with throw_away_folder() as folder:
        start_stack(folder, source=SOURCE)
        down(folder.path, folder=folder)
        folder.ports.unlink()
        yield folder


@pytest.fixture(scope="session")
def stack_folder(template: StackFolder) -> Iterator[StackFolder]:
    """Where the small stack's data lies."""
    with throw_away_folder() as folder:
        copy_of(template, folder)
        yield folder


@pytest.fixture(scope="session")
def stack(stack_folder: StackFolder) -> Iterator[StackInfo]:
    """The small stack, running, with the migrations beside this file."""
    yield start_stack(stack_folder, source=SOURCE)
    down(stack_folder.path, folder=stack_folder)


@pytest.fixture
def folder(template: StackFolder) -> Iterator[StackFolder]:
    """A folder for a stack of one test alone, which is down at the end. Its database is there already."""
    with throw_away_folder() as found:
        copy_of(template, found)
        yield found
        down(found.path, folder=found)


@pytest.fixture
def empty_folder() -> Iterator[StackFolder]:
    """Like `folder`, for a stack that was never started."""
    with throw_away_folder() as found:
        yield found
        down(found.path, folder=found)


@pytest.fixture(scope="session")
def project(stack: StackInfo) -> Project:
    """The small stack as its administrator sees it."""
    secret = json.loads(stack.keys_file.read_text())["jwt_secret"]
    return Project(stack, jwt_secret=secret)


def copy_of(template: StackFolder, folder: StackFolder) -> None:
    """Copy a stopped stack, with the owners of its files."""
    subprocess.run(["cp", "-a", f"{template.path}/.", folder.path], check=True)
