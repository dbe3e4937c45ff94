"""Which embedded resources of the Data API must name their constraint, because several ways lead there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

#: Foreign keys between tables of the API, and how many ways there are between the two: other foreign keys of
#: the pair, and tables that refer to both. Hosted projects take such a table for a way only where its primary
#: key consists of both references, the stack for one machine where there are several: the constraint is
#: right in both.
_EMBEDS = """
with reference as (
  select child.relname::text as child, parent.relname::text as parent, rule.conname::text as name
  from pg_catalog.pg_constraint as rule
  join pg_catalog.pg_class as child on child.oid = rule.conrelid
  join pg_catalog.pg_class as parent on parent.oid = rule.confrelid
  where rule.contype = 'f'
    and rule.conparentid = 0
    and child.relnamespace = 'public'::regnamespace
    and parent.relnamespace = 'public'::regnamespace
    and child.oid <> parent.oid
)
select child, parent, name
from reference
where 1 < (
  select count(*)
  from reference as other
  where (other.child, other.parent) = (reference.child, reference.parent)
    or (other.parent, other.child) = (reference.child, reference.parent)
) or 1 < (
  select count(distinct first.child)
  from reference as first
  join reference as second on second.child = first.child
  where first.parent = reference.child
    and second.parent = reference.parent
    and first.child not in (reference.child, reference.parent)
)
order by child, parent, name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """A row of `child` with the row of `parent` that the constraint refers to."""

    child: str
    parent: str
    constraint: str

    @property
    def hinted(self) -> str:
        """What stands in `select`."""
        return f"{self.parent}!{self.constraint}"


def read_embeds(connection: "psycopg.Connection[Any]") -> tuple[Embed, ...]:
    """Those that must say which way they mean."""
    return tuple(
        Embed(child=child, parent=parent, constraint=constraint)
        for child, parent, constraint in connection.execute(_EMBEDS)
    )


def write_embeds(embeds: Sequence[Embed]) -> str:
    """The table of the page."""
    lines = ["| in a query of | write |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{each.child}` | `{each.hinted}(…)` |" for each in embeds)])
