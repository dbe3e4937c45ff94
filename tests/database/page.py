"""The parts of docs/database.md that are made: pictures and embeds from the catalog, rights from the matrix.

    python -m tests.database.page

Each stands between two comments of the page, and a test compares it with the database.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.database.embeds import Embed, read_embeds, write_embeds
from tests.database.matrix import FUNCTIONS, ROLES, read_matrix

PAGE = Path(__file__).parents[2] / "docs" / "database.md"

#: Which files of sql/ stand in one picture, by the first digit of their numbers.
_PICTURES = {
    "People and rights": "1",
    "Projects, endpoints, environments": "2",
    "Suites, tests, fixtures": "3",
    "Runs and results": "45",
    "Schedules, channels, archives, workers": "6",
    "What many runs say": "7",
    "Reports, searches, audit log": "8",
}

_SHORT_TYPES = {"timestamp with time zone": "timestamptz", "double precision": "double"}

_COLUMNS = """
select namespace.nspname || '.' || class.relname as table,
  attribute.attname as name,
  replace(pg_catalog.format_type(attribute.atttypid, null), 'public.', '') as type,
  exists (
    select from pg_catalog.pg_constraint as rule
    where rule.conrelid = class.oid and rule.contype = 'p' and attribute.attnum = any (rule.conkey)
  ) as is_key,
  exists (
    select from pg_catalog.pg_constraint as rule
    where rule.conrelid = class.oid and rule.contype = 'f' and attribute.attnum = any (rule.conkey)
  ) as is_reference
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
where namespace.nspname in ('public', 'private')
  and class.relkind in ('r', 'p')
  and attribute.attnum > 0
  and not attribute.attisdropped
order by 1, attribute.attnum
"""

#: Parent and child, and whether a parent has one such child at most. What everything has is left out: its
#: organization, and the accounts that made or changed it.
_REFERENCES = """
select distinct parent_schema.nspname || '.' || parent.relname, child_schema.nspname || '.' || child.relname,
  exists (
    select from pg_catalog.pg_index as index
    where index.indrelid = child.oid and index.indisunique and index.indpred is null
      and index.indkey::smallint[] <@ rule.conkey
  ) as at_most_one,
  rule.conname
from pg_catalog.pg_constraint as rule
join pg_catalog.pg_class as child on child.oid = rule.conrelid
join pg_catalog.pg_namespace as child_schema on child_schema.oid = child.relnamespace
join pg_catalog.pg_class as parent on parent.oid = rule.confrelid
join pg_catalog.pg_namespace as parent_schema on parent_schema.oid = parent.relnamespace
join pg_catalog.pg_attribute as first on first.attrelid = child.oid and first.attnum = rule.conkey[1]
where rule.contype = 'f'
  and rule.conparentid = 0
  and child_schema.nspname in ('public', 'private')
  and parent_schema.nspname in ('public', 'private')
  and (parent.relname <> 'users' or first.attname = 'user_id')
order by 1, 2, rule.conname
"""

_COMMENTS = """
select namespace.nspname || '.' || class.relname, pg_catalog.obj_description(class.oid, 'pg_class')
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname in ('public', 'private') and class.relkind in ('r', 'p', 'v')
order by 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, as the picture shows it."""

    name: str
    type: str
    is_key: bool
    is_reference: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key."""

    parent: str
    child: str
    at_most_one: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What the database says of itself."""

    columns: dict[str, list[Column]]
    references: Sequence[Reference]
    comments: dict[str, str]
    embeds: Sequence[Embed]


def read_catalog(connection: "psycopg.Connection[Any]") -> Catalog:
    """Tables, foreign keys, comments, and embeds that name their constraint; no partitions."""
    columns: dict[str, list[Column]] = {}
    for table, name, kind, is_key, is_reference in connection.execute(_COLUMNS):
        columns.setdefault(table, []).append(
            Column(name=name, type=kind, is_key=is_key, is_reference=is_reference)
        )
    references = [
        Reference(parent=parent, child=child, at_most_one=at_most_one)
        for parent, child, at_most_one, _ in connection.execute(_REFERENCES)
    ]
    comments = {table: comment or "" for table, comment in connection.execute(_COMMENTS)}
    return Catalog(columns=columns, references=references, comments=comments, embeds=read_embeds(connection))


def write_parts(catalog: Catalog, *, sources: Path) -> dict[str, str]:
    """The text of each made part, by its name."""
    groups = {title: _tables_of(sources, digits) for title, digits in _PICTURES.items()}
    pictures = [_section(title, tables, catalog) for title, tables in groups.items() if tables]
    return {
        "tables": "\n".join(pictures).rstrip(),
        "rights": _rights(),
        "embeds": write_embeds(catalog.embeds),
    }


def replace_parts(page: str, parts: dict[str, str]) -> str:
    """The page with its made parts new."""
    for name, text in parts.items():
        pattern = re.compile(rf"(<!-- {name}: made.*?-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        place = pattern.search(page)
        assert place is not None, f"docs/database.md has no place for the {name}"
        page = f"{page[: place.start()]}{place[1]}\n{text}\n\n{place[2]}{page[place.end() :]}"
    return page


def _tables_of(sources: Path, digits: str) -> list[str]:
    files = [file for file in sorted(sources.glob("*.sql")) if file.name[0] in digits]
    found = (
        re.findall(r"^create (?:unlogged )?table ((?:public|private)\.\w+) \(", file.read_text("utf-8"), re.M)
        for file in files
    )
    return [name for names in found for name in names]


def _section(title: str, tables: Sequence[str], catalog: Catalog) -> str:
    lines = [f"### {title}", "", "```mermaid", "erDiagram"]
    for reference in catalog.references:
        if reference.child in tables and reference.parent != "public.organizations":
            lines.append("    " + _edge(reference))
    for table in tables:
        lines += [f"    {_short(table)} {{", *map(_attribute, catalog.columns[table]), "    }"]
    lines += ["```", "", "| table | what it holds |", "|---|---|"]
    lines += [f"| `{table}` | {catalog.comments[table]} |" for table in tables]
    return "\n".join([*lines, ""])


def _short(table: str) -> str:
    return table.removeprefix("public.").replace("private.", "private_")


def _edge(reference: Reference) -> str:
    many = "|o" if reference.at_most_one else "o{"
    return f'{_short(reference.parent)} ||--{many} {_short(reference.child)} : ""'


def _attribute(column: Column) -> str:
    marks = [mark for mark, is_so in (("PK", column.is_key), ("FK", column.is_reference)) if is_so]
    kind = _SHORT_TYPES.get(column.type, column.type).replace(" ", "_")
    return f"        {kind} {column.name} {', '.join(marks)}".rstrip()


def _rights() -> str:
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for right in read_matrix():
        may = cells.setdefault((right.table, right.row), dict.fromkeys(ROLES, ""))
        may[right.role] += right.outcome.replace("0", "").replace("-", "")
    lines = [f"| table | row | {' | '.join(ROLES)} |", "|---|---|" + "---|" * len(ROLES)]
    lines += [
        f"| `{table}` | {row} | {' | '.join(may[role] or '–' for role in ROLES)} |"
        for (table, row), may in cells.items()
    ]
    through = [
        f"* `{table}`: {verb} by {who}" for table, verbs in FUNCTIONS.items() for verb, who in verbs.items()
    ]
    return "\n".join([*lines, "", "Through functions only:", "", *through])


def main() -> None:
    """Bring the page up to date with the schema and the matrix."""
    from worker.local.scratch import scratch_postgres
    from worker.schema import MIGRATION, SOURCE

    with scratch_postgres() as postgres, psycopg.connect(**postgres.owner.parameters) as connection:
        connection.execute(MIGRATION.read_bytes())
        parts = write_parts(read_catalog(connection), sources=SOURCE)
    PAGE.write_text(replace_parts(PAGE.read_text("utf-8"), parts), "utf-8")


if __name__ == "__main__":
    main()
