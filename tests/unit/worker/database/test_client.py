"""A project that cannot be reached, whoever answers in its place."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.living_bytes import living_bytes
from worker.database import open_database
from worker.errors import NotReachable, Refused


@asynccontextmanager
async def answering(status: int, content: bytes) -> AsyncIterator[str]:
    """The address of a server that gives one answer to everything."""
    head = f"HTTP/1.1 {status} Reason\r\nconnection: close\r\ncontent-length: {len(content)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + content)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("status", [502, 503, 504, 522])
@pytest.mark.parametrize(
    "content", [b'{"message":"name resolution failed"}', b"<html>Bad gateway</html>", b"[]", b""]
)
async def test_a_gateway_that_answers_alone_is_a_project_that_does_not(status: int, content: bytes) -> None:
    """It may be there in a moment: whoever records a run tries again, instead of giving it up."""
    async with answering(status, content) as url:
        database = await open_database(url, "sb_secret_x")
        with pytest.raises(NotReachable) as caught:
            await database.read(database.table("test_runs").select("id"), what="test_runs")
        await database.close()
    assert str(status) in caught.value.what
    if b"message" in content:
        assert "name resolution failed" in caught.value.what


async def test_half_a_character_is_refused_without_its_surroundings() -> None:
    """What cannot be sent may stand beside a secret; neither is in the error."""
    database = await open_database("http://127.0.0.1:9", "sb_secret_x")
    with pytest.raises(Refused) as caught:
        await database.call("record_run", p_batch={"half": "\ud800", "secret": "canary"})
    await database.close()
    assert "canary" not in str(caught.value)
    assert "lone surrogate" in caught.value.what


async def test_an_answer_is_let_go_of_when_it_was_read() -> None:
    """However large they are: what has been read does not wait for the collector of garbage."""
    size = 1_000_000
    content = json.dumps("x" * size).encode()
    async with answering(200, content) as url:
        database = await open_database(url, "sb_secret_x")
        await database.call("get_expired_rows")
        with living_bytes() as counted:
            for _ in range(5):
                await database.call("get_expired_rows")
        await database.close()
    # It was counted at all, and nothing of it is left.
    assert counted.peak > size
    assert counted.left < size
