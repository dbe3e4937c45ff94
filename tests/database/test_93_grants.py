"""Every right that anybody but the owner has, in one readable list that is kept beside this test.

    BATON_WRITE_GOLDEN=1 pytest tests/database/test_93_grants.py

writes the list anew. Whoever widens a right shows it in a line of it.
"""

import os
from pathlib import Path

from tests.database.world import World

LIST = Path(__file__).with_name("grants.txt")

_RIGHTS = """
    with callers (role, name) as (
      values (0::oid, 'everybody'), ('anon'::regrole, 'anon'), ('authenticated'::regrole, 'authenticated'),
        ('service_role'::regrole, 'service_role'), ('baton_token'::regrole, 'baton_token')
    ),
    rights (acl, what) as (
      select nspacl, 'schema ' || nspname from pg_namespace where nspname in ('private', 'partitions', 'pgmq')
      union all
      select coalesce(relacl, acldefault('r', relowner)), oid::regclass::text
      from pg_class
      where relkind in ('r', 'p', 'v', 'm')
        and relnamespace::regnamespace::text in ('public', 'private', 'partitions', 'pgmq')
      union all
      select coalesce(proacl, acldefault('f', proowner)), oid::regprocedure::text
      from pg_proc as function
      where pronamespace::regnamespace::text in ('public', 'private')
        and not exists (select from pg_depend where objid = function.oid and deptype = 'e')
    )
    select callers.name || ' ' || lower(privilege_type) || ' ' || what as line
    from rights, aclexplode(acl) as granted
    join callers on callers.role = granted.grantee
    where not is_grantable
    union all
    select format('%%s %%s %%s (%%s)', callers.name, lower(privilege_type), attrelid::regclass,
      string_agg(attname, ', ' order by attnum))
    from pg_attribute, aclexplode(attacl) as granted
    join callers on callers.role = granted.grantee
    where attrelid in (
      select oid from pg_class where relnamespace::regnamespace::text in ('public', 'private', 'partitions')
    )
    group by callers.name, privilege_type, attrelid
"""


def test_every_right_is_in_the_list(world: World) -> None:
    """By role, verb and thing; what is not there is closed."""
    world.session.change("set local search_path = ''")
    lines = sorted(row["line"] for row in world.session.rows(_RIGHTS))
    text = "\n".join(lines) + "\n"
    if "BATON_WRITE_GOLDEN" in os.environ:
        LIST.write_text(text, "utf-8")
    assert LIST.read_text("utf-8") == text


def test_nobody_may_move_a_row_or_say_when_it_was_made() -> None:
    """No right names the columns that say whose a row is, and what the database itself keeps."""
    kept = {"organization_id", "created_at", "updated_at", "created_by", "id"}
    for line in LIST.read_text("utf-8").splitlines():
        _, verb, _, *columns = line.replace("(", "").replace(")", "").replace(",", "").split()
        if verb == "update":
            assert kept.isdisjoint(columns), line


def test_views_say_what_they_show(world: World) -> None:
    """A comment on each, as tables have."""
    rows = world.session.rows(
        "select relname from pg_class where relkind in ('v', 'm') "
        "and relnamespace = 'public'::regnamespace and obj_description(oid, 'pg_class') is null"
    )
    assert rows == []


def test_nothing_of_ours_belongs_to_a_superuser(world: World) -> None:
    """What runs as its owner can do no more than who applied the migration, as on a hosted project."""
    rows = world.session.rows(
        "select oid::regprocedure::text as name from pg_proc where prosecdef "
        "and pronamespace::regnamespace::text in ('public', 'private') "
        "and proowner in (select oid from pg_roles where rolsuper)"
    )
    assert rows == []
