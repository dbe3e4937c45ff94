"""`baton whoami`: who is signed in."""

import asyncio
import os

import click


@click.command()
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def whoami(profile: str | None) -> None:
    """Say who is signed in, and where."""
    from worker.clock import SystemClock
    from worker.project.session import who_am_i
    from worker.settings import read_settings

    settings = read_settings(os.environ)
    identity = asyncio.run(who_am_i(settings, profile=profile or settings.profile, clock=SystemClock()))
    click.echo(f"{identity.email} at {identity.url} (profile {identity.profile})")
    for membership in identity.memberships:
        click.echo(f"  {membership.role} of {membership.organization} ({membership.name})")
    if not identity.memberships:
        click.echo("  member of no organization yet")
