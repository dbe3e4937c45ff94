"""What a database's catalogue says of our schema, one entry an object, so that two can be compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

#: Whoever comes through the API. What others may do is the matter of those who run the database.
_CALLERS = "(0, 'anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)"

#: Partitions come and go with the months, so only their parents count.
_SCHEMAS = "(to_regnamespace('public'), to_regnamespace('private'))"

_RIGHTS = f"""(
  select string_agg(said, ', ' order by said)
  from aclexplode({{acl}})
  cross join lateral concat(coalesce(nullif(grantee, 0)::regrole::text, 'all'), ' ', privilege_type) as said
  where grantee in {_CALLERS}
)"""

# Each gives: whose (the table, or null), the name, and all that matters of it, as text.
_QUERIES = {
    "schema": f"""
        select null, nspname, {_RIGHTS.format(acl="nspacl")}
        from pg_namespace where nspname in ('private', 'partitions')""",
    "enum": f"""
        select null, enumtypid::regtype, string_agg(enumlabel, ', ' order by enumsortorder)
        from pg_enum join pg_type as type on type.oid = enumtypid
        where typnamespace in {_SCHEMAS} group by enumtypid""",
    "table": f"""
        select oid::regclass, oid::regclass, format('%s row-level security %s', relkind, relrowsecurity)
        from pg_class where relkind in ('r', 'p') and relnamespace in {_SCHEMAS}""",
    "view": f"""
        select oid::regclass, oid::regclass, concat(reloptions::text, pg_get_viewdef(oid))
        from pg_class where relkind in ('v', 'm') and relnamespace in {_SCHEMAS}""",
    "column": f"""
        select attrelid::regclass, attrelid::regclass || '.' || attname,
          concat_ws(' ', format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
            attgenerated, pg_get_expr(adbin, adrelid))
        from pg_attribute
        join pg_class as class on class.oid = attrelid
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where attnum > 0 and not attisdropped and relkind in ('r', 'p') and relnamespace in {_SCHEMAS}""",
    "constraint": f"""
        select conrelid::regclass, conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
        from pg_constraint
        where conrelid <> 0 and contype <> 'n' and conparentid = 0 and connamespace in {_SCHEMAS}""",
    "index": f"""
        select indrelid::regclass, indexrelid::regclass, pg_get_indexdef(indexrelid)
        from pg_index join pg_class as class on class.oid = indexrelid
        where relnamespace in {_SCHEMAS}""",
    "policy": f"""
        select polrelid::regclass, polrelid::regclass || ' ' || quote_ident(polname),
          concat_ws(' ', polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid),
            pg_get_expr(polwithcheck, polrelid))
        from pg_policy join pg_class as class on class.oid = polrelid
        where relnamespace in {_SCHEMAS} or polrelid = to_regclass('realtime.messages')""",
    "trigger": f"""
        select tgrelid::regclass, tgrelid::regclass || ' ' || tgname,
          concat(tgenabled, ' ', pg_get_triggerdef(trigger.oid))
        from pg_trigger as trigger
        join pg_class as class on class.oid = tgrelid
        join pg_proc on pg_proc.oid = tgfoid
        where not tgisinternal and tgparentid = 0
          and (relnamespace in {_SCHEMAS} or pronamespace in {_SCHEMAS})""",
    "function": f"""
        select null, oid::regprocedure, pg_get_functiondef(oid)
        from pg_proc where prokind in ('f', 'p') and pronamespace in {_SCHEMAS}
          and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')""",
    "rights on": f"""
        select oid::regclass, oid::regclass,
          {_RIGHTS.format(acl="coalesce(relacl, acldefault('r', relowner))")}
        from pg_class where relkind in ('r', 'p', 'v', 'm') and relnamespace in {_SCHEMAS}""",
    "rights on the column": f"""
        select attrelid::regclass, attrelid::regclass || '.' || attname, {_RIGHTS.format(acl="attacl")}
        from pg_attribute join pg_class as class on class.oid = attrelid
        where attacl is not null and not attisdropped and relnamespace in {_SCHEMAS}""",
    "rights on the function": f"""
        select null, oid::regprocedure, {_RIGHTS.format(acl="coalesce(proacl, acldefault('f', proowner))")}
        from pg_proc where pronamespace in {_SCHEMAS}
          and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')""",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One object. `of` is the table it belongs to; `definition` is all that matters of it."""

    kind: str
    name: str
    of: str | None
    definition: str

    @property
    def is_closed(self) -> bool:
        """Whether it lies where nobody but Baton has anything to put."""
        return self.name.startswith("private.")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def read_catalogue(connection: "psycopg.Connection[Any]") -> dict[str, Entry]:
    """All objects of our schema that this database has, by kind and name. Changes nothing."""
    with connection.transaction():
        # Names are written in full, whatever the session's path is, so that texts can be compared.
        connection.execute("set local search_path = ''")
        return {str(entry): entry for entry in _entries(connection)}


def _entries(connection: "psycopg.Connection[Any]") -> Iterator[Entry]:
    for kind, query in _QUERIES.items():
        texts = (
            f"select of::text, name::text, definition::text from ({query}) as found (of, name, definition)"
        )
        for of, name, definition in connection.execute(texts.encode()):
            yield Entry(kind, name, of, definition or "")
