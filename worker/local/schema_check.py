"""Whether a database has the schema of this Baton, and whether it is as closed as that schema leaves it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from worker.local.advisors import advise
from worker.local.catalogue import Entry, read_catalogue
from worker.local.files import supabase_folder
from worker.local.remote import connected
from worker.local.scratch import scratch_postgres

if TYPE_CHECKING:
    import psycopg

_UNPROTECTED = """
    select format('%I.%I', nspname, relname)
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = relnamespace
    where relkind in ('r', 'p')
      and not relrowsecurity
      and (nspname in ('public', 'private', 'partitions') or nspname = 'pgmq' and relname ~ '^[qa]_runs_')
      and not exists (select from pg_depend where objid = class.oid and deptype = 'e')
    order by 1
"""

_OPEN_PARTITIONS = """
    select distinct format('partitions.%I', relname)
    from pg_class as class, aclexplode(class.relacl)
    where relnamespace = to_regnamespace('partitions')
      and grantee in (0, 'anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)
    order by 1
"""


class Mistake(StrEnum):
    """What can be wrong with a database."""

    MISSING = "missing"  # the schema has it, the database has not
    DIFFERENT = "different"  # both have it, but not alike
    UNEXPECTED = "unexpected"  # the database has it, where only the schema may put things
    OPEN = "open"  # a table that anybody with a grant could read
    ADVICE = "advice"  # Supabase's own advisors say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `more` is for people: both definitions, or what the advisor says."""

    mistake: Mistake
    what: str
    more: str = ""


def check_database(url: str, *, report: Callable[[str], None]) -> tuple[Finding, ...]:
    """Everything that is wrong with the database at `url`. Changes nothing there.

    The migration is applied to a throw-away Postgres, and the two are compared.
    """
    with connected(url) as connection:
        found = read_catalogue(connection)
        unprotected = [str(name) for (name,) in connection.execute(_UNPROTECTED)]
        opened = [str(name) for (name,) in connection.execute(_OPEN_PARTITIONS)]
    report("applying the migration to a throw-away Postgres")
    with scratch_postgres(report=report) as scratch:
        with connected(scratch.owner.url) as connection:
            _migrate(connection)
            wanted = read_catalogue(connection)
        report("asking Supabase's advisors")
        advice = advise(url, packages=scratch.packages)
    return (
        *compare(wanted, found),
        *(Finding(mistake=Mistake.OPEN, what=f"{name} has no row-level security") for name in unprotected),
        *(Finding(mistake=Mistake.OPEN, what=f"{name} can be read past its parent") for name in opened),
        *(Finding(mistake=Mistake.ADVICE, what=each.what, more=each.hint) for each in advice),
    )


def compare(wanted: Mapping[str, Entry], found: Mapping[str, Entry]) -> Iterator[Finding]:
    """What is missing, different, or unexpected. Other people's own tables and functions are theirs."""
    for name, entry in wanted.items():
        if name not in found:
            yield Finding(mistake=Mistake.MISSING, what=name)
        elif found[name].definition != entry.definition:
            more = f"should be: {entry.definition}\n       is: {found[name].definition}"
            yield Finding(mistake=Mistake.DIFFERENT, what=name, more=more)
    ours = {entry.of for entry in wanted.values() if entry.kind in ("table", "view")}
    for name, entry in found.items():
        if name not in wanted and (entry.is_closed or entry.of in ours):
            yield Finding(mistake=Mistake.UNEXPECTED, what=name, more=entry.definition)


def _migrate(connection: "psycopg.Connection[Any]") -> None:
    for file in sorted((supabase_folder() / "migrations").glob("*.sql")):
        connection.execute(file.read_bytes())
