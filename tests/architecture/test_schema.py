"""How the schema is written down, and that what is run is what was written."""

import re
from pathlib import Path

import pytest

from worker.schema import MIGRATION, SOURCE, write_schema

FILES = sorted(SOURCE.glob("*.sql"))
#: The order inside each file: a reader finds things at the same place everywhere.
SECTIONS = ["Queues", "Schemas", "Types", "Tables", "Who may", "Functions", "Triggers"]
#: A file that grows past this is two domains; a function that does is two functions.
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 45

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def test_the_migration_is_what_sql_says() -> None:
    """Byte for byte. `make migration` writes it again."""
    assert MIGRATION.read_bytes() == write_schema().encode()


def test_the_migration_is_the_only_one() -> None:
    """Until the first release there is no history that anybody needs."""
    assert [file.name for file in MIGRATION.parent.glob("*.sql")] == [MIGRATION.name]


def test_the_migration_says_that_it_is_generated() -> None:
    """In its first line, with what to change instead."""
    assert MIGRATION.read_text().startswith("-- Generated from sql/*.sql by `make migration`. Do not edit")


@every_file
def test_a_file_begins_with_what_it_is_for(file: Path) -> None:
    """A sentence, before anything else."""
    assert re.match(r"-- [A-Z][a-z ]+: .+[.?]\n", file.read_text())


@every_file
def test_sections_stand_in_their_order(file: Path) -> None:
    """Types, tables, who may, functions, triggers."""
    sections = re.findall(r"^-- (\w[\w ]*?)(?:: [^-]*)? -{3,}$", file.read_text(), re.MULTILINE)
    known = [section for section in sections if section in SECTIONS]
    assert known == sorted(known, key=SECTIONS.index)


@every_file
def test_a_file_is_one_domain(file: Path) -> None:
    """And can be read in one sitting."""
    assert len(file.read_text().splitlines()) <= MOST_LINES


@every_file
def test_a_function_is_one_thought(file: Path) -> None:
    """Long ones are composed of helpers with names."""
    bodies = re.findall(r"^create function ([\w.]+)\(.*?^as \$\$\n(.*?)^\$\$;", file.read_text(), re.M | re.S)
    assert {
        name: body.count("\n") for name, body in bodies if body.count("\n") > MOST_LINES_OF_A_FUNCTION
    } == {}


@every_file
def test_whoever_runs_with_more_rights_says_why(file: Path) -> None:
    """Security definer is rare, and its reason stands on the line."""
    lines = re.findall(r"^security definer.*$", file.read_text(), re.MULTILINE)
    assert [line for line in lines if not re.fullmatch(r"security definer  -- \S.*", line)] == []


@every_file
def test_an_index_names_the_query_it_serves(file: Path) -> None:
    """In the comment above it, alone or with its neighbours."""
    text = file.read_text()
    for index in re.finditer(r"^create (?:unique )?index (\w+)", text, re.MULTILINE):
        above = text[: index.start()].split("\n\n")[-1]
        assert above.startswith("-- Serve"), index[1]


@every_file
def test_sql_is_written_in_lower_case(file: Path) -> None:
    """Keywords are words."""
    code = re.sub(r"--.*$|'[^']*'", "", file.read_text(), flags=re.MULTILINE)
    assert re.findall(r"\b(?:CREATE|SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|BEGIN|END|GRANT)\b", code) == []


@every_file
def test_every_function_of_the_api_is_followed_by_its_grant(file: Path) -> None:
    """Nothing is callable unless the file says for whom."""
    text = file.read_text()
    functions = set(re.findall(r"^create function public\.(\w+)", text, re.MULTILINE))
    granted = set(re.findall(r"^grant execute on function public\.(\w+)", text, re.MULTILINE))
    assert functions == granted
