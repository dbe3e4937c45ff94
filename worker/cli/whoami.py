"""`baton whoami`: who is signed in."""

import asyncio
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from worker.cli.json_output import json_option, print_document

if TYPE_CHECKING:
    from worker.project.pipeline import Caller


@click.command()
@json_option
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def whoami(profile: str | None, as_json: bool) -> None:
    """Say who is signed in, and where.

    With BATON_TOKEN: which token it is, what it may, and until when.
    """
    from worker.settings import read_settings

    settings = read_settings(os.environ)
    if settings.token is not None and profile is None:
        asyncio.run(_say_pipeline(as_json=as_json))
    else:
        _say_person(profile or settings.profile, as_json=as_json)


def _say_person(profile: str, *, as_json: bool) -> None:
    from worker.clock import SystemClock
    from worker.project.session import who_am_i
    from worker.settings import read_settings

    identity = asyncio.run(who_am_i(read_settings(os.environ), profile=profile, clock=SystemClock()))
    if as_json:
        print_document({"kind": "person", **asdict(identity)})
        return
    click.echo(f"{identity.email} at {identity.url} (profile {identity.profile})")
    for membership in identity.memberships:
        click.echo(f"  {membership.role} of {membership.organization} ({membership.name})")
    if not identity.memberships:
        click.echo("  member of no organization yet")


async def _say_pipeline(*, as_json: bool) -> None:
    from worker.cli.calling import opened_caller

    async with opened_caller(None) as caller:
        if as_json:
            print_document(_pipeline_facts(caller))
            return
        for line in _pipeline_lines(caller):
            click.echo(line)


def _pipeline_facts(caller: "Caller") -> dict[str, Any]:
    token = caller.token
    assert token is not None, "asked for only where a token is set"
    facts = {name: getattr(token, name) for name in ("name", "scopes", "project", "expires_at")}
    return {"kind": "token", "url": caller.database.url, **facts}


def _pipeline_lines(caller: "Caller") -> list[str]:
    token = caller.token
    assert token is not None, "asked for only where a token is set"
    ends = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "until it is revoked"
    return [
        f"the project token {token.name!r} at {caller.database.url}",
        f"  {', '.join(token.scopes)} in {token.project}, {ends}",
    ]
