"""What was recorded of runs, read as a member: rows with tests under their full names."""

from base64 import b64decode
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from worker.database.client import Database
from worker.errors import Refused

Row = dict[str, Any]

#: Supabase cuts an answer at 1000 rows without a word; a page must not be larger.
PAGE_ROWS = 500

#: Ids travel in the address of a query, which should stay below 8 KB.
IDS_A_QUERY = 100

_RUN = (
    "id,organization_id,project_id,environment_id,status,reason,message,sequence,total,passed,failed,broken,"
    "blocked,skipped,suites,config,summary,duration_ms,started_at,finished_at,created_at"
)
_RESULT = (
    "id,test_case_id,verdict,reason,error_category,required_only,attempts,started_at,finished_at,total_ms,"
    "status_code,blocked_by_test_id"
)
_DETAIL = "id,test_case_id,kind,attempt,step,iteration,position,content"


class RecordedRuns:
    """Runs, their results and evidence, as their reader may see them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._names: dict[str, str] = {}

    async def run(self, run_id: str) -> Row:
        """The run's row. Raises Refused when there is none that the caller may see."""
        query = self._database.table("test_runs").select(_RUN).eq("id", run_id)
        rows = await self._database.read(query, what="test_runs")
        if not rows:
            raise Refused(
                f"there is no run {run_id}", code="PT404", hint="or you are not a member of its organization"
            )
        return rows[0]

    async def results(self, run: Row) -> list[Row]:
        """All results of this run, with `test` and `blocked_by` as full names."""
        rows = await self._pages("test_results", _RESULT, run)
        roots = {row["blocked_by_test_id"] for row in rows} - {None}
        await self._learn_names({row["test_case_id"] for row in rows} | roots)
        return [
            {
                **row,
                "test": self._names.get(row["test_case_id"], row["test_case_id"]),
                "blocked_by": self._names.get(row["blocked_by_test_id"]),
            }
            for row in rows
        ]

    async def details(self, run: Row) -> dict[str, list[Row]]:
        """All evidence of this run, by the test's full name."""
        rows = await self._pages("test_result_details", _DETAIL, run)
        await self._learn_names({row["test_case_id"] for row in rows} - {None})
        by_test: dict[str, list[Row]] = {}
        for row in rows:
            by_test.setdefault(self._names.get(row["test_case_id"], ""), []).append(row)
        return by_test

    async def file(self, run_id: str, test_case_id: str, sha256: str) -> bytes | None:
        """What is in a file that a test was answered; None where its days are over, or it is not for the
        caller: a project token gets the files of the runs that it requested."""
        try:
            answer = await self._database.call(
                "get_artifact", p_run_id=run_id, p_test_case_id=test_case_id, p_checksum=sha256
            )
        except Refused:
            return None
        return b64decode(answer["content"])

    async def edges(self, run: Row, test_ids: Collection[str]) -> list[Row]:
        """Who waited for whom among these tests when the run began: `dependent`, `required`,
        `dependency_type`, `reasons`. Where the run kept no plan, as the project knows it today."""
        plan = await self._database.call("get_run_plan", p_run_id=run["id"])
        if plan is None:
            return await self._edges_today(run, test_ids)
        await self._learn_names(set(test_ids))
        known = {self._names.get(test_id) for test_id in test_ids}
        return [
            {
                "dependent": edge["dependent"],
                "required": edge["required"],
                "dependency_type": edge["type"],
                "reasons": edge["reasons"],
            }
            for edge in plan["edges"]
            if edge["dependent"] in known
        ]

    async def _edges_today(self, run: Row, test_ids: Collection[str]) -> list[Row]:
        rows: list[Row] = []
        for some in _chunks(sorted(test_ids)):
            query = (
                self._database.table("test_dependencies")
                .select("dependent_test_id,required_test_id,dependency_type,reasons")
                .eq("project_id", run["project_id"])
                .in_("dependent_test_id", some)
                .limit(PAGE_ROWS * 2)
            )
            rows += await self._database.read(query, what="test_dependencies")
        await self._learn_names({row["required_test_id"] for row in rows} | set(test_ids))
        return [
            {
                "dependent": self._names.get(row["dependent_test_id"], ""),
                "required": self._names.get(row["required_test_id"], ""),
                "dependency_type": row["dependency_type"],
                "reasons": row["reasons"],
            }
            for row in rows
        ]

    async def environment_of(self, run: Row) -> str:
        """The name of the environment the run was in; empty if it is gone."""
        query = self._database.table("environments").select("name").eq("id", run["environment_id"])
        rows = await self._database.read(query, what="environments")
        return rows[0]["name"] if rows else ""

    async def context(self, run_id: str, *, newer_than: int) -> Row | None:
        """What the run knows, masked, unless its version is not newer than this."""
        query = (
            self._database.table("test_execution_context")
            .select("version,shared_auth_tokens,shared_variables,captured_data")
            .eq("run_id", run_id)
            .gt("version", newer_than)
        )
        rows = await self._database.read(query, what="test_execution_context")
        if not rows:
            return None
        return {
            "version": rows[0]["version"],
            "tokens": sorted(rows[0]["shared_auth_tokens"]),
            "variables": rows[0]["shared_variables"],
            "captured_data": rows[0]["captured_data"],
        }

    async def _pages(self, table: str, columns: str, run: Row) -> list[Row]:
        rows: list[Row] = []
        while True:
            query = (
                self._database.table(table)
                .select(columns)
                .eq("run_id", run["id"])
                # It names the partition; without it all of them would be searched.
                .eq("run_created_at", run["created_at"])
                .order("id")
                .limit(PAGE_ROWS)
            )
            page = await self._database.read(query.gt("id", rows[-1]["id"]) if rows else query, what=table)
            rows += page
            if len(page) < PAGE_ROWS:
                return rows

    async def _learn_names(self, ids: Collection[str]) -> None:
        unknown = [test_id for test_id in ids if test_id not in self._names]
        if not unknown:
            return
        tests = await self._by_id("test_cases", "id,key,suite_id", unknown)
        suites = await self._by_id("test_suites", "id,key", sorted({row["suite_id"] for row in tests}))
        keys = {row["id"]: row["key"] for row in suites}
        self._names |= {row["id"]: f"{keys[row['suite_id']]}/{row['key']}" for row in tests}

    async def _by_id(self, table: str, columns: str, ids: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        for some in _chunks(ids):
            query = self._database.table(table).select(columns).in_("id", some)
            rows += await self._database.read(query, what=table)
        return rows


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS_A_QUERY):
        yield ids[start : start + IDS_A_QUERY]
