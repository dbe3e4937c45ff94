"""Embedded resources through the real Data API: where several ways lead, the constraint says which."""

import httpx
import psycopg
import pytest

from tests.database.embeds import Embed, read_embeds
from tests.members import a_member
from tests.patience import FOR_EVER_SECONDS
from tests.stack import shared_stack

pytestmark = pytest.mark.stack


async def test_embeds_with_several_ways_work_by_their_constraint_and_not_without() -> None:
    """Each that docs/database.md lists, and in both directions; it lists no other."""
    stack = shared_stack()
    with psycopg.connect(**stack.admin.parameters) as connection:
        embeds = read_embeds(connection)
    assert (
        Embed(child="projects", parent="organizations", constraint="projects_organization_id_fkey") in embeds
    )
    async with a_member(stack) as member:
        token = member.session.access_token
        headers = {"apikey": stack.publishable_key, "Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            base_url=stack.url, headers=headers, trust_env=False, timeout=FOR_EVER_SECONDS
        ) as api:
            for embed in embeds:
                back = f"{embed.child}!{embed.constraint}"
                assert await _code(api, embed.child, embed.hinted) is None, embed
                assert await _code(api, embed.parent, back) is None, embed
                assert await _code(api, embed.child, embed.parent) == "PGRST201", embed
            assert await _code(api, "test_cases", "test_suites") is None


async def _code(api: httpx.AsyncClient, table: str, embed: str) -> str | None:
    """What the API has against this embed."""
    columns = "id" if embed.startswith(("organizations", "users")) else "organization_id"
    answer = await api.get(f"/rest/v1/{table}", params={"select": f"{embed}({columns})", "limit": "1"})
    code: str | None = answer.json()["code"] if not answer.is_success else None
    return code
