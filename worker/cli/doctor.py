"""`baton doctor`: what is wrong with a set-up."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from worker.cli.checkup.finding import Check, Finding, Place

#: Every part of a check-up: module and function, in the order of the answer.
_CHECKS = {
    "machine": ("check_python", "check_certificates", "check_proxies", "check_terminal", "check_disk"),
    "stack": ("check_node", "check_stack"),
    "project": ("check_project",),
    "token": ("check_token",),
    "archives": ("check_archives",),
    "fixtures": ("check_fixtures",),
    "secret_files": ("check_secret_files",),
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def doctor(as_json: bool, profile: str | None) -> int:
    """Say what is wrong with a set-up.

    Python and packages, certificates, proxies, disk; the local stack of this folder, with its data
    and ports; the project one is signed in to, its clock, and fixtures that no suite has; a project
    token; where archives are to lie; files of secrets.
    Nothing is changed: a small file at BATON_ARCHIVES is removed again.

    The exit code is 0 when nothing is broken, else 3; warnings break nothing.

    \b
      baton doctor
      baton doctor --json | jq '.findings[] | select(.state != "ok")'
    """
    from worker.cli.checkup.finding import Place, State

    place = Place(folder=Path.cwd(), surroundings=os.environ, profile=profile)
    found = list(_findings(place))
    click.echo(_document(found) if as_json else _text(found))
    broken = any(each.state is State.FAIL for each in found)
    return ExitCode.NOT_CARRIED_OUT if broken else ExitCode.OK


def _findings(place: "Place") -> "Iterator[Finding]":
    for module, names in _CHECKS.items():
        for name in names:
            yield from _checked(module, name, place)


def _checked(module: str, name: str, place: "Place") -> "Iterator[Finding]":
    from importlib import import_module

    from worker.cli.checkup.finding import fail
    from worker.errors import BatonError

    subject = name.removeprefix("check_").replace("_", " ")
    try:
        check: Check = getattr(import_module(f"worker.cli.checkup.{module}"), name)
        yield from check(place)
    except BatonError as error:
        yield fail(subject, error.what, error.hint or "")
    except ModuleNotFoundError:
        return  # of an extra that is not installed, which the check of the machine has told
    except Exception as error:  # a check-up that breaks says so, and goes on
        yield fail(subject, f"cannot be looked at: {type(error).__name__}", "This is a bug in Baton.")


def _text(found: "Sequence[Finding]") -> str:
    from worker.cli.checkup.finding import State
    from worker.reports.style import Style
    from worker.reports.words import count

    style = Style.for_stream(sys.stdout)
    colours = {State.OK: "32", State.WARN: "33", State.FAIL: "31"}
    width = max(len(each.subject) for each in found)
    lines = []
    for each in found:
        state = style.paint(f"{each.state:<4}", colours[each.state])
        lines.append(f"{state}  {each.subject:<{width}}  {each.what}")
        if each.hint:
            lines.append(f"{'':<4}  {'':<{width}}  {style.dim(each.hint)}")
    broken = sum(each.state is State.FAIL for each in found)
    odd = sum(each.state is State.WARN for each in found)
    told = (
        f"{count(broken, 'thing')} {'is' if broken == 1 else 'are'} broken" if broken else "Nothing is broken"
    )
    warned = f", {count(odd, 'warning')}" if odd else ""
    return style.plain("\n".join([*lines, "", f"{told}{warned}."]))


def _document(found: "Sequence[Finding]") -> str:
    findings = [
        {"subject": each.subject, "state": each.state, "what": each.what, "hint": each.hint} for each in found
    ]
    return json.dumps({"version": 1, "findings": findings}, indent=2, ensure_ascii=False)
