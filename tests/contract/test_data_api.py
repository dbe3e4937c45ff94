"""What the Data API of the real stack answers to a member of another organization, whatever he asks."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.acceptance.local.listeners import PythonListener
from tests.members import Member, a_member
from tests.patience import FOR_EVER_SECONDS
from tests.stack import shared_stack
from worker.local.stack import StackInfo
from worker.project.trigger import RunRequest, cancel_run, request_runs

pytestmark = pytest.mark.stack

#: Stands in everything that the victim wrote.
MARK = "confidential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """Somebody hostile at the API, and somebody who has something to hide."""

    stack: StackInfo
    api: httpx.AsyncClient
    hostile: Member
    victim: Member
    environment_id: str
    run_id: str

    async def ask(self, path: str, *, token: str | None = None, **headers: str) -> httpx.Response:
        """A GET as the hostile one, or with another token."""
        return await self.api.get(f"/rest/v1/{path}", headers=self.headers(token) | _dashed(headers))

    async def send(
        self, path: str, body: Any, *, method: str = "POST", token: str | None = None, **headers: str
    ) -> httpx.Response:
        """A POST or PATCH as the hostile one, or with another token."""
        return await self.api.request(
            method, f"/rest/v1/{path}", json=body, headers=self.headers(token) | _dashed(headers)
        )

    async def told_to_victim(self, path: str) -> str:
        """What the same question shows to whom it belongs."""
        answer = await self.ask(path, token=self.victim.session.access_token)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def note(self) -> None:
        """The victim writes something down that a JSON filter could find."""
        noted = await self.send(
            f"environments?id=eq.{self.environment_id}",
            {"metadata": {"note": MARK, "deep": {"er": [MARK]}}},
            method="PATCH",
            token=self.victim.session.access_token,
        )
        assert noted.status_code == 204, noted.text

    def headers(self, token: str | None) -> dict[str, str]:
        """The key that everybody has, and the token of who asks."""
        bearer = token or self.hostile.session.access_token
        return {"apikey": self.stack.publishable_key, "Authorization": f"Bearer {bearer}"}


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
async def attack() -> AsyncIterator[Attack]:
    """Two organizations; the victim has an environment with a secret, a suite and a run."""
    stack = shared_stack()
    async with AsyncExitStack() as opened:
        hostile = await opened.enter_async_context(a_member(stack))
        victim = await opened.enter_async_context(a_member(stack))
        environment_id = await victim.environment(MARK)
        await victim.variable(environment_id, "password", f"{MARK}-password", secret=True)
        await victim.push_names("one", "two")
        [run] = await request_runs(
            victim.database, victim.project_id, [RunRequest(suites=(), environment=MARK)]
        )
        api = await opened.enter_async_context(
            httpx.AsyncClient(base_url=stack.url, timeout=FOR_EVER_SECONDS)
        )
        yield Attack(
            stack=stack,
            api=api,
            hostile=hostile,
            victim=victim,
            environment_id=environment_id,
            run_id=run.id,
        )
        # The stack is shared: whoever claims next must not get this run.
        await cancel_run(victim.database, run.id)


async def test_embedded_rows_are_his_own(attack: Attack) -> None:
    """However deep, from whichever table: every row that comes is of his organization."""
    for path in (
        "projects?select=*,environments!environments_belong_to_a_project(*,environment_variables(*))",
        "test_suites?select=*,test_cases!test_cases_belong_to_a_suite(*,test_request_configs(*))",
        "test_runs?select=*,projects!test_runs_belong_to_a_project(*),"
        "environments!test_runs_happen_in_an_environment(*)",
        f"organizations?select=*,projects!inner(*)&projects.id=eq.{attack.victim.project_id}",
    ):
        assert attack.victim.organization in await attack.told_to_victim(path), "there is something to find"
        answer = await attack.ask(path)
        assert answer.status_code == 200, answer.text
        assert MARK not in answer.text
        assert attack.victim.organization not in answer.text


@pytest.mark.parametrize("count", ["exact", "planned", "estimated"])
async def test_counts_are_of_his_own_rows(attack: Attack, count: str) -> None:
    """Of what is foreign there is none, by any way to count."""
    own = await attack.ask("projects?select=id", Prefer=f"count={count}")
    foreign = await attack.ask(
        f"environments?select=id&organization_id=eq.{attack.victim.organization}", Prefer=f"count={count}"
    )
    nobodys = await attack.ask(
        f"environments?select=id&organization_id=eq.{uuid4()}", Prefer=f"count={count}"
    )
    assert own.headers["content-range"].startswith("0-0/")
    assert foreign.headers["content-range"] == nobodys.headers["content-range"]
    assert foreign.json() == []


async def test_filters_and_orders_find_nothing_foreign(attack: Attack) -> None:
    """By id, by name, by JSON, by what is embedded, by a pattern: in words that show the victim his own."""
    await attack.note()
    for path in (
        f"projects?id=eq.{attack.victim.project_id}",
        f"environments?name=like.*{MARK[:4]}*",
        f"environments?or=(id.eq.{attack.environment_id},name.eq.{MARK})",
        "environments?metadata->>note=not.is.null",
        f"environments?metadata->deep->er->>0=eq.{MARK}",
        f'environments?metadata=cs.{{"note":"{MARK}"}}',
        "environments?select=id&order=metadata->>note.desc",
        f"test_runs?select=id,environments!inner(name)&environments.name=eq.{MARK}",
        f"test_runs?id=eq.{attack.run_id}&order=created_at.desc",
    ):
        assert await attack.told_to_victim(path) != "[]", path
        answer = await attack.ask(path)
        assert (answer.status_code, answer.json()) == (200, []), path


async def test_what_is_foreign_is_answered_like_what_is_not_there(attack: Attack) -> None:
    """The same status and the same words for a foreign id and for one that nobody has."""
    of_victim, of_nobody = attack.victim.project_id, str(uuid4())
    said = {
        (await _all_answers(attack, project_id)).replace(project_id, "<id>")
        for project_id in (of_victim, of_nobody)
    }
    assert len(said) == 1, said
    assert MARK not in said.pop()


async def _all_answers(attack: Attack, project_id: str) -> str:
    own = {"organization_id": attack.hostile.organization, "project_id": project_id}
    environment = {**own, "name": "x", "kind": "ci", "base_url": "http://127.0.0.1"}
    answers = [
        await attack.ask(f"projects?id=eq.{project_id}", Accept="application/vnd.pgrst.object+json"),
        await attack.send("environments", environment, Prefer="return=representation"),
        await attack.send(
            f"projects?id=eq.{project_id}", {"name": "mine"}, method="PATCH", Prefer="return=representation"
        ),
        await attack.send("rpc/push_suites", {"p_project_id": project_id, "p_push": {"suites": []}}),
        await attack.send(
            "rpc/request_runs", {"p_project_id": project_id, "p_requests": [{"environment": MARK}]}
        ),
    ]
    return "\n".join(f"{answer.status_code} {answer.text}" for answer in answers).replace(MARK, "<name>")


async def test_the_plan_of_a_query_is_not_told(attack: Attack) -> None:
    """It has estimates of rows that he does not see."""
    for kind in ("application/vnd.pgrst.plan", "application/vnd.pgrst.plan+json"):
        answer = await attack.ask("projects?select=id", Accept=kind)
        assert "Plan" not in answer.text
        assert "cost=" not in answer.text


async def test_no_other_schema_answers(attack: Attack) -> None:
    """Only `public` is shown, whatever profile is asked for."""
    for schema, table in (
        ("private", "environment_secrets"),
        ("partitions", "test_results_default"),
        ("vault", "decrypted_secrets"),
        ("auth", "users"),
        ("pgmq", "q_runs_medium"),
    ):
        answer = await attack.ask(f"{table}?select=*", Accept_Profile=schema)
        assert answer.status_code >= 400, schema
        assert MARK not in answer.text


async def test_topics_of_others_cannot_be_joined(attack: Attack) -> None:
    """Of runs, projects and workers: refused with the words for a topic that nobody has."""
    foreign = (f"run:{attack.run_id}", f"project:{attack.victim.project_id}")
    for topic in foreign:
        assert await _join(attack, topic, attack.victim) == "SUBSCRIBED"
    refusals = {
        (await _join(attack, topic, attack.hostile)).replace(topic, "<topic>")
        for topic in (*foreign, "workers", f"run:{uuid4()}", f"project:{uuid4()}", "run:*")
    }
    assert len(refusals) == 1, refusals
    assert refusals.pop().startswith("CHANNEL_ERROR")


async def _join(attack: Attack, topic: str, member: Member) -> str:
    """What became of it, in the words of the server."""
    listener = PythonListener(attack.stack.url, attack.stack.publishable_key)
    try:
        await listener.show(member.session.access_token)
        await listener.join(topic)
        status, error = await listener.status()
        return " ".join(filter(None, (status, error)))
    finally:
        await listener.close()


async def test_there_is_no_storage_to_look_into(attack: Attack) -> None:
    """Files of fixtures are paths that a worker reads; nobody is shown a file by the gateway."""
    for path in (
        "bucket",
        f"object/fixtures/{attack.victim.organization}/data.json",
        f"object/public/fixtures/{attack.victim.organization}/data.json",
        f"object/list/{attack.victim.organization}",
    ):
        answer = await attack.api.get(f"/storage/v1/{path}", headers=attack.headers(None))
        assert answer.status_code >= 400, path
        assert MARK not in answer.text
        assert attack.victim.organization not in answer.text


async def test_the_key_alone_opens_nothing(attack: Attack) -> None:
    """Who is not signed in is refused by every table, and a token that nobody signed is no sign-in."""
    forged = "eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0."
    for token in (attack.stack.publishable_key, forged):
        for table in ("projects", "environments", "test_runs", "users", "organizations", "audit_log"):
            answer = await attack.ask(f"{table}?select=*", token=token)
            assert answer.status_code in (401, 403), (table, answer.text)
