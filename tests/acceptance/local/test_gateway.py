"""The one address of the stack, through supabase-py and plain HTTP."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websockets
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from tests.acceptance.local.listeners import PythonListener
from tests.acceptance.local.people import Project, new_topic
from tests.patience import FOR_EVER_SECONDS
from worker.local.stack import StackInfo

pytestmark = pytest.mark.stack


@pytest.fixture
def http(stack: StackInfo) -> Iterator[httpx.Client]:
    """Plain HTTP to the small stack, without any key."""
    with httpx.Client(base_url=stack.url, timeout=FOR_EVER_SECONDS) as client:
        yield client


def test_the_front_says_what_this_is(http: httpx.Client) -> None:
    """Somebody will open it in a browser."""
    answer = http.get("/")
    assert (answer.status_code, answer.json()["name"]) == (200, "Baton's local Supabase")


@pytest.mark.parametrize("path", ["/rest/v1/listeners", "/auth/v1/settings"])
def test_without_a_key_nothing_is_served(http: httpx.Client, path: str) -> None:
    """Not even to this machine, which lite's own launcher would take for the administrator."""
    assert http.get(path).status_code == 401
    assert http.get(path, headers={"apikey": "sb_secret_guessed"}).status_code == 401


async def test_people_sign_up_and_in_with_the_usual_client(stack: StackInfo, project: Project) -> None:
    """supabase-py signs up, signs in, refreshes, and reads what the policies allow."""
    address = f"{uuid.uuid4().hex}@example.com"
    async with httpx.AsyncClient(timeout=FOR_EVER_SECONDS) as transport:
        options = AsyncClientOptions(httpx_client=transport, auto_refresh_token=False)
        client = await acreate_client(stack.url, stack.publishable_key, options)
        assert await sign_up_and_read(client, address, project) == [{"topic": "mine"}]


async def sign_up_and_read(client: AsyncClient, address: str, project: Project) -> Any:
    """Everything that a person does with an account; returns what is theirs to read."""
    signed_up = await client.auth.sign_up({"email": address, "password": "correct horse"})
    assert signed_up.user is not None
    project.run("insert into public.listeners values ('mine', %s)", signed_up.user.id)
    await client.auth.sign_in_with_password({"email": address, "password": "correct horse"})
    await client.auth.refresh_session()
    rows = await client.table("listeners").select("topic").execute()
    await client.auth.sign_out()
    return rows.data


@pytest.mark.parametrize("key", ["publishable_key", "secret_key"])
def test_a_table_without_a_grant_stays_closed(stack: StackInfo, http: httpx.Client, key: str) -> None:
    """The API server hands out no rights of its own: a missing grant is noticed here, not in production."""
    answer = http.get("/rest/v1/closed", headers={"apikey": getattr(stack, key)})
    assert answer.json()["code"] == "42501"


def test_values_travel_as_on_hosted_projects(stack: StackInfo, http: httpx.Client) -> None:
    """JSON arguments stay JSON; moments are ISO 8601 with a zone."""
    headers = {"apikey": stack.secret_key}
    value = {"list": [1, "two", None], "text": '{"a": 1}'}
    assert http.post("/rest/v1/rpc/echo", headers=headers, json={"p_value": value}).json() == value
    moment = http.post("/rest/v1/rpc/moment", headers=headers, json={}).json()
    assert "T" in moment
    assert moment.endswith("+00:00")


def test_answers_pass_the_gateway_whole(stack: StackInfo, http: httpx.Client) -> None:
    """Counts, ranges and encoded names survive the way through."""
    headers = {"apikey": stack.secret_key, "prefer": "count=exact"}
    answer = http.get("/rest/v1/listeners?topic=eq.a%20%26%20b&limit=1", headers=headers)
    assert (answer.status_code, answer.headers["content-range"]) == (200, "*/0")


def test_connections_behind_the_gateway_are_left_to_it_to_close(stack: StackInfo) -> None:
    """One that is closed by the clock takes a request with it that comes at that moment: none has an end."""
    answer = httpx.get(f"http://127.0.0.1:{stack.ports.api}/auth/v1/health", timeout=FOR_EVER_SECONDS)
    assert "keep-alive" not in answer.headers


async def test_the_secret_key_may_send_over_http(
    stack: StackInfo, project: Project, http: httpx.Client
) -> None:
    """A batch, and a single message; listeners of the private topic hear both."""
    topic = new_topic()
    listener = PythonListener(stack.url, stack.publishable_key)
    await listener.show(project.person(topic).token())
    await listener.join(topic)
    await listener.status()
    batch = {"messages": [{"topic": topic, "event": "note", "payload": {"n": 1}, "private": True}]}
    headers = {"apikey": stack.secret_key}
    assert http.post("/realtime/v1/api/broadcast", headers=headers, json=batch).status_code == 202
    one = f"/realtime/v1/api/broadcast/{topic}/events/note?private=true"
    assert http.post(one, headers=headers, json={"n": 2}).status_code == 202
    assert [(await listener.message())["payload"] for _ in range(2)] == [{"n": 1}, {"n": 2}]
    await listener.close()


def test_nobody_else_may_send_over_http(stack: StackInfo, project: Project, http: httpx.Client) -> None:
    """In a batch it vanishes, alone it is refused, without a key it is not looked at: as on hosted."""
    topic = new_topic()
    batch = {"messages": [{"topic": topic, "event": "note", "payload": {}, "private": True}]}
    member = {"apikey": stack.publishable_key, "authorization": f"Bearer {project.person(topic).token()}"}
    path = "/realtime/v1/api/broadcast"
    assert http.post(path, headers=member, json=batch).status_code == 202
    assert http.post(f"{path}/{topic}/events/note?private=true", headers=member, json={}).status_code == 403
    assert http.post(path, json=batch).status_code == 401
    assert http.post(path, headers={"apikey": stack.secret_key}, json={"messages": "x"}).status_code == 422


@pytest.mark.parametrize("key", ["", "sb_publishable_guessed", "no.token.either"])
async def test_a_socket_with_a_bad_key_is_refused_in_the_handshake(stack: StackInfo, key: str) -> None:
    """With 401, before anything is said."""
    address = f"{stack.url.replace('http', 'ws')}/realtime/v1/websocket?apikey={key}&vsn=1.0.0"
    with pytest.raises(websockets.InvalidStatus) as refusal:
        await websockets.connect(address, open_timeout=FOR_EVER_SECONDS)
    assert refusal.value.response.status_code == 401
