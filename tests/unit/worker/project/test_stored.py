"""Suites out of a project, read for reports."""

import base64
from typing import Any, cast

from worker.database import Database
from worker.errors import Refused
from worker.project.stored import readable_suites, stored_sources

SUITE = """suite: shop
tests:
  buy:
    rows: { csv: rows.csv }
    POST: /cart
    file: picture.png
"""
FILES = {"rows.csv": b"id,n\none,1\ntwo,2\n", "picture.png": b"a large picture"}


class Project:
    """Answers as the database's functions do; `asked` are the hashes that somebody wanted."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self.asked: list[str] = []

    async def call(self, function: str, **arguments: Any) -> Any:
        """The answer of a function."""
        if function == "get_suite_files":
            files = {path: f"hash of {path}" for path in FILES}
            return [{"path": "tests/shop.yaml", "source": SUITE, "files": _below("tests", files)}]
        self.asked.append(arguments["p_hash"])
        path = arguments["p_hash"].removeprefix("hash of ")
        if path not in self._files:
            raise Refused("there is no such file", code="PT404")
        return base64.b64encode(self._files[path]).decode()


def _below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{path}": digest for path, digest in files.items()}


async def test_rows_of_data_come_along_and_what_is_only_sent_does_not() -> None:
    """A report knows each row as a test of its own; a picture says nothing about that."""
    project = Project(FILES)
    [suite] = readable_suites(await stored_sources(cast(Database, project), "p"))
    assert list(suite.tests) == ["buy[one]", "buy[two]"]
    assert project.asked == ["hash of rows.csv"]


async def test_a_file_that_cannot_be_had_costs_the_lines_of_its_suite_only() -> None:
    """The run has been requested; nothing may end here."""
    assert readable_suites(await stored_sources(cast(Database, Project({})), "p")) == ()
