"""Every cell of the matrix, tried: each verb, by each role, on a row of each table."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.database.actors import Actor
from tests.database.matrix import Right, read_matrix
from tests.database.samples import Sample, Values, some_column
from tests.database.stage import Stage

MATRIX = read_matrix()

#: No such right, or a policy says no; there is already such a row; or he is the last owner.
REFUSALS = {"42501", "23505", "PT409"}
#: A view that cannot be written to, whoever asks.
NO_TABLE = {"55000", "0A000"}


def _where(key: Values) -> tuple[str, list[Any]]:
    return " and ".join(f"{column} = %s" for column in key), list(key.values())


def _touched(stage: Stage, right: Right, caller: Actor) -> int:
    """How many rows the statement of this cell saw or changed."""
    sample = stage.sample(right, caller)
    if right.verb == "insert":
        return _inserted(right.table, sample, caller)
    where, values = _where(sample.key(right.table))
    match right.verb:
        case "select":
            columns = ", ".join(sample.key(right.table))
            return len(caller.rows(f"select {columns} from public.{right.table} where {where}", *values))
        case "update":
            column = some_column(stage.session, right.table)
            return caller.change(
                f"update public.{right.table} set {column} = {column} where {where}", *values
            )
        case _:
            return caller.change(f"delete from public.{right.table} where {where}", *values)


def _inserted(table: str, sample: Sample, caller: Actor) -> int:
    new = sample.new(table)
    if not new:
        return caller.change(f"insert into public.{table} default values")
    places = ", ".join("%s" for _ in new)
    return caller.change(f"insert into public.{table} ({', '.join(new)}) values ({places})", *new.values())


def _outcome(stage: Stage, right: Right, caller: Actor) -> str:
    try:
        with stage.session.transaction():
            return right.verb[0] if _touched(stage, right, caller) else "0"
    except psycopg.Error as error:
        if error.sqlstate in REFUSALS | NO_TABLE:
            return "-"
        raise


@pytest.mark.parametrize("right", MATRIX, ids=str)
def test_a_right_is_as_the_matrix_says(stage: Stage, right: Right) -> None:
    """It is done, nothing is found, or it is refused: tried with a real row, by a real role."""
    outcomes = {_outcome(stage, right, caller) for caller in stage.callers(right.role)}
    assert outcomes == {right.outcome}


def test_the_matrix_knows_every_table_and_view(stage: Stage) -> None:
    """A new one says who may what, before anything else."""
    rows = stage.session.rows(
        "select relname from pg_class "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')"
    )
    assert {row["relname"] for row in rows} == {right.table for right in MATRIX}


TENANT_TABLES = sorted(
    {right.table for right in MATRIX} - {"users", "organizations", "user_preferences", "workers"}
)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_people_see_all_of_their_organization_and_nothing_else(stage: Stage, table: str) -> None:
    """Counted behind the policies, with rows of both organizations in every table."""
    counted = f"select organization_id, count(*) as rows from public.{table} group by organization_id"
    everything = _by_organization(stage.session.rows(counted))
    assert set(everything) >= {stage.shop.organization_id, stage.other.organization_id}, "both have rows"
    for role, tenant in (("owner", stage.shop), ("viewer", stage.shop), ("outsider", stage.other)):
        caller: Actor = getattr(stage.world, role)
        seen = _by_organization(caller.rows(counted))
        if all(_sees_all(right) for right in MATRIX if (right.table, right.role) == (table, role)):
            assert seen == {tenant.organization_id: everything[tenant.organization_id]}, role
        assert set(seen) <= {tenant.organization_id}, role


def _sees_all(right: Right) -> bool:
    return right.verb != "select" or right.outcome == "s"


def _by_organization(rows: list[dict[str, Any]]) -> dict[UUID, int]:
    return {row["organization_id"]: row["rows"] for row in rows}


def test_a_stranger_sees_no_row_of_any_tenant(stage: Stage) -> None:
    """Signed in and a member of nothing: every table is empty for him."""
    for table in TENANT_TABLES:
        assert stage.world.stranger.rows(f"select organization_id from public.{table}") == [], table
