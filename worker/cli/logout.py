"""`baton logout`: forget the session."""

import asyncio
import os

import click


@click.command()
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def logout(profile: str | None) -> None:
    """Forget the session."""
    from worker.clock import SystemClock
    from worker.project.session import log_out
    from worker.settings import read_settings

    settings = read_settings(os.environ)
    profile = profile or settings.profile
    email = asyncio.run(log_out(settings, profile=profile, clock=SystemClock()))
    click.echo(f"Signed out {email}." if email else f"Nobody was signed in as profile {profile!r}.")
