"""A database's whole schema as readable text, the same for equal databases.

It is made of the catalogue that `baton db check` compares, and of what that leaves out because it is not the
same everywhere: comments, everybody's rights, partitions, queues, and names of all that other people have.
"""

from typing import Any

import psycopg

from worker.local.catalogue import read_catalogue

#: Of the server itself, the same whatever we do.
_SYSTEM = "nspname !~ '^pg_' and nspname <> 'information_schema'"

# Each gives one text a row.
_MORE = {
    "comment": """
        select identity || ': ' || description
        from pg_description
        join pg_class as class on class.oid = classoid
        cross join lateral (select (pg_identify_object(classoid, objoid, objsubid)).*) as object
        where coalesce(object.schema, object.identity) in ('public', 'private', 'partitions')
          or object.identity ~ ' on (public|private|partitions|auth|realtime)[.]'
    """,
    "rights": f"""
        select object || ' ' || coalesce(acl::text, 'as usual') from (
          select format('schema %I', nspname), nspacl from pg_namespace where {_SYSTEM}
          union all
          select format('table %I.%I', nspname, relname), relacl
          from pg_class join pg_namespace as n on n.oid = relnamespace where {_SYSTEM} and relkind <> 'i'
          union all
          select format('column %s.%I', attrelid::regclass, attname), attacl
          from pg_attribute where attacl is not null and attrelid > 16384
          union all
          select format('function %s', p.oid::regprocedure), proacl
          from pg_proc as p join pg_namespace as n on n.oid = pronamespace where {_SYSTEM}
          union all
          select format('type %s', t.oid::regtype), typacl
          from pg_type as t join pg_namespace as n on n.oid = typnamespace
          where {_SYSTEM} and typtype in ('e', 'd')
        ) as rights (object, acl)
    """,
    "rights on what will be made": """
        select format('by %s in %s: %s %s',
          defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl)
        from pg_default_acl
    """,
    "owner": f"""
        select format('%I.%I %s', nspname, relname, relowner::regrole)
        from pg_class join pg_namespace as n on n.oid = relnamespace where {_SYSTEM}
    """,
    "partition": """
        select format('%s of %s %s, row-level security %s',
          class.oid::regclass, inhparent::regclass, pg_get_expr(relpartbound, class.oid), relrowsecurity)
        from pg_inherits join pg_class as class on class.oid = inhrelid
        where relispartition and relkind <> 'I'
    """,
    "constraint of a partition": """
        select format('%s %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        from pg_constraint where connamespace = to_regnamespace('partitions')
    """,
    "setting of a table": """
        select format('%s %s %s', oid::regclass, reloptions, relreplident)
        from pg_class where relnamespace in (to_regnamespace('public'), to_regnamespace('private'))
    """,
    "trigger anywhere": """
        select format('%s %I %s', tgrelid::regclass, tgname, tgfoid::regprocedure)
        from pg_trigger where not tgisinternal
    """,
    "policy anywhere": "select format('%s %I %s', polrelid::regclass, polname, polcmd) from pg_policy",
    "event trigger": "select format('%I %s %s', evtname, evtevent, evtfoid::regproc) from pg_event_trigger",
    "extension": "select format('%I %s', extname, extversion) from pg_extension",
    "publication": "select format('%I %s.%s', pubname, schemaname, tablename) from pg_publication_tables",
    "queue": "select queue_name from pgmq.list_queues()",
    "migration": "select version from supabase_migrations.schema_migrations",
}
_NEEDS = {"queue": "pgmq.meta", "migration": "supabase_migrations.schema_migrations"}


def dump(connection: "psycopg.Connection[Any]") -> str:
    """A line for each thing, in order. Changes nothing."""
    lines = [f"{entry}: {entry.definition}" for entry in read_catalogue(connection).values()]
    with connection.transaction():
        # Names are written in full, whatever the session's path is.
        connection.execute("set local search_path = ''")
        for kind, query in _MORE.items():
            if kind in _NEEDS and _is_missing(connection, _NEEDS[kind]):
                continue
            lines += [f"{kind} {text}" for (text,) in connection.execute(query.encode())]
    return "\n".join(sorted(lines)) + "\n"


def _is_missing(connection: "psycopg.Connection[Any]", table: str) -> bool:
    return connection.execute("select to_regclass(%s)", [table]).fetchone() == (None,)
