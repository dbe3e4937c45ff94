"""`baton token`: what pipelines say who they are with."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from worker.cli.in_project import ProjectPlace, checked_name, project_options
from worker.cli.json_output import json_option, print_document
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.records.credentials import ProjectToken

#: What a token is made for unless something else is said: `baton trigger`.
_DEFAULT_SCOPES = ("runs:request",)

#: How long a token lives unless something else is said: a quarter, so that forgotten ones end.
_DEFAULT_DAYS = "90d"


@click.group()
def token() -> None:
    """Make, list and revoke tokens of pipelines.

    \b
      baton token create --project shop --name "main pipeline"
      baton token list --project shop
      baton token revoke "main pipeline" --project shop

    A pipeline gets the token as BATON_TOKEN, and can do what its scopes say, in this project, until it
    expires or is revoked. Only administrators of the organization make and revoke them.
    """


@token.command()
@click.option("--name", required=True, metavar="TEXT", help="Who uses it, such as a pipeline's name.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["runs:request", "results:read", "suites:push"]),
    default=_DEFAULT_SCOPES,
    show_default=True,
    help="What it is good for; may be said several times.",
)
@click.option(
    "--expires",
    metavar="WHEN",
    default=_DEFAULT_DAYS,
    show_default=True,
    help="When it ends: 30d, 12h, a date such as 2027-01-31, or never.",
)
@json_option
@project_options
def create(
    name: str,
    scopes: Sequence[str],
    expires: str,
    *,
    as_json: bool,
    **where: str | None,
) -> None:
    """Make a token, and print it: here, and never again.

    \b
      baton token create --project shop --name "main pipeline"
      baton token create --project shop --name deploy --scope runs:request --scope suites:push --expires 30d

    Standard output is the token alone, so that it can go straight to where it is kept; with --json it is
    one field of several.
    """
    from worker.project.tokens import create_token

    checked_name(name, of="a token", where="--name")
    expires_at = expiry(expires, now=datetime.now(UTC))
    place = ProjectPlace.of(where)
    made = place.do(
        lambda database, found: create_token(
            database, found, name=name, scopes=list(scopes), expires_at=expires_at
        )
    )
    ends = f"until {made.expires_at:%Y-%m-%d %H:%M} UTC" if made.expires_at else "until it is revoked"
    click.echo(f"{made.name}: {', '.join(made.scopes)} in {place.project}, {ends}.", err=True)
    click.echo(
        "This is the token. It is shown now and never again; a pipeline gets it as BATON_TOKEN.", err=True
    )
    if as_json:
        print_document({"token": made.token, **_facts(made)})
    else:
        click.echo(made.token)


@token.command(name="list")
@json_option
@project_options
def list_(*, as_json: bool, **where: str | None) -> None:
    """Name the tokens of a project: what each may, until when, and when it was used last.

    \b
      baton token list --project shop
      baton token list --project shop --json | jq -r '.tokens[] | select(.last_used_at == null) | .name'
    """
    from worker.project.tokens import list_tokens
    from worker.reports.words import printable

    found = ProjectPlace.of(where).do(list_tokens)
    if as_json:
        print_document({"tokens": [_facts(each) for each in found]})
        return
    now = datetime.now(UTC)
    rows = [
        (each.hint + "…", printable(each.name), ", ".join(each.scopes), _state(each, now), _last_used(each))
        for each in found
    ]
    for line in _columns(rows) or ["no tokens (administrators see them)"]:
        click.echo(line)


@token.command()
@click.argument("which")
@json_option
@project_options
def revoke(which: str, *, as_json: bool, **where: str | None) -> None:
    """Revoke a token, by its name or how it begins: at once, and for good.

    \b
      baton token revoke "main pipeline" --project shop
      baton token revoke baton_1a2b3c --project shop

    The whole token does, too: one that has come to light need not be looked up. It is not repeated.
    """
    from worker.project.tokens import revoke_token

    revoked = ProjectPlace.of(where).do(lambda database, found: revoke_token(database, found, which))
    if as_json:
        print_document(_facts(revoked))
    else:
        click.echo(f"{revoked.name} ({revoked.hint}…) is revoked; runs that it requested go on")


#: What programs are told of a token.
_FACTS = ("id", "name", "hint", "scopes", "expires_at", "last_used_at", "revoked_at", "created_at")


def _facts(token: "ProjectToken") -> dict[str, Any]:
    return {name: getattr(token, name) for name in _FACTS}


def expiry(text: str, *, now: datetime) -> datetime | None:
    """The moment that is meant; None for never. Raises UsageError for what cannot be."""
    if text == "never":
        return None
    duration = re.fullmatch(r"(\d{1,5})(h|d|w)", text)
    if duration:
        unit = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[duration[2]]
        moment = now + int(duration[1]) * unit
    else:
        moment = _date(text)
    if moment <= now:
        raise UsageError(
            f"{text} is over already", where="--expires", hint="30d, 12h, a later date, or never"
        )
    return moment


def _date(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no moment",
            where="--expires",
            hint="30d, 12h, 2w, a date such as 2027-01-31, or never",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _state(token: "ProjectToken", now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is None:
        return "never expires"
    word = "expired" if token.expires_at <= now else "expires"
    return f"{word} {token.expires_at:%Y-%m-%d}"


def _last_used(token: "ProjectToken") -> str:
    return f"used {token.last_used_at:%Y-%m-%d %H:%M} UTC" if token.last_used_at else "never used"


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
