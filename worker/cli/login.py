"""`baton login`: sign in to a project."""

import asyncio
import os
import sys

import click

from worker.errors import UsageError


@click.command()
@click.option("--url", help="Address of the Supabase project; otherwise BATON_URL, or the local stack.")
@click.option("--key", help="Its publishable key; otherwise BATON_KEY, or that of the local stack.")
@click.option("--email", help="Who signs in; asked for when it is missing.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--profile", help="Keep several sign-ins apart; otherwise BATON_PROFILE, or `default`.")
def login(
    url: str | None, key: str | None, email: str | None, password_stdin: bool, profile: str | None
) -> None:
    """Sign in to a Supabase project.

    The session is kept in a file that only you can read, and renewed by itself.

    \b
      baton login
      baton login --url https://….supabase.co --key sb_publishable_…
    """
    from worker.cli.local_stack import local_access
    from worker.clock import SystemClock
    from worker.project.session import log_in, where_to_sign_in
    from worker.settings import read_settings

    settings = read_settings(os.environ)
    profile = profile or settings.profile
    local = local_access()
    url, key = where_to_sign_in(
        settings,
        url=url,
        key=key,
        local=(local.url, local.publishable_key) if local else None,
        profile=profile,
    )
    if password_stdin and email is None:
        raise UsageError("--password-stdin needs --email", hint="standard input is the password's then")
    email = email or click.prompt("E-mail", err=True)
    password = _password(password_stdin)
    session = asyncio.run(
        log_in(
            settings, url=url, key=key, email=email, password=password, profile=profile, clock=SystemClock()
        )
    )
    click.echo(f"Signed in as {session.email} at {session.url}.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = click.prompt("Password", hide_input=True, err=True)
    return answer
