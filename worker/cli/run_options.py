"""The options of commands that run tests on this machine, in groups, and what was asked for with them."""

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from worker.cli.completing import complete_environments, complete_tags, complete_tests
from worker.errors import UsageError
from worker.models.graph import Selection

if TYPE_CHECKING:
    from worker.cli.run_request import RunRequest

Function = TypeVar("Function", bound=Callable[..., Any])
#: A click option, or several of them.
Options = Callable[[Function], Function]

FILE = click.Path(path_type=Path)

#: The option whose value may be left out, and what it then has: a seed of chance's own.
_SHUFFLE = "--shuffle"
_SEEDS = 100_000


class Values(TypedDict):
    """Where tests run, and with which values."""

    environment: str | None
    base_url: str | None
    variables: tuple[str, ...]
    env_file: Path | None
    secrets_file: Path | None
    seed: str | None


class Reaching(TypedDict):
    """How an API is reached."""

    proxy: str | None
    ca: Path | None
    certificate: Path | None
    key: Path | None
    insecure: bool


class Choice(TypedDict):
    """Which tests."""

    only: tuple[str, ...]
    tags: tuple[str, ...]
    forbid_only: bool


class Flow(TypedDict):
    """How they run."""

    jobs: int | None
    bail: int | None
    timeout: float | None
    fail_fast: bool
    shuffle: str | None
    update_snapshots: bool


class Given(Values, Reaching, Choice, Flow):
    """Everything that says which run is meant."""


class DurationOption(click.ParamType["float"]):
    """A time, in the words of suite files; seconds are what comes of it."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds. Fails as click does."""
        from worker.parsing.durations import read_limit
        from worker.parsing.mistake import Mistake

        try:
            return read_limit(value)
        except Mistake as mistake:
            self.fail(f"{mistake.what}: {mistake.hint}" if mistake.hint else mistake.what, param, ctx)


def together(*options: Options[Any]) -> Options[Any]:
    """Several options as one decorator, shown in this order."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


value_options = together(
    click.option(
        "-e", "--env", "environment", metavar="NAME", shell_complete=complete_environments,
        help="The environment, one the suites name.",
    ),
    click.option("--base-url", metavar="URL", help="Run against this address, not the environment's."),
    click.option(
        "--var", "variables", multiple=True, metavar="NAME=VALUE",
        help="A variable: name=text, or name:=json for a value that is no text.",
    ),
    click.option("--env-file", type=FILE, metavar="FILE", help="Variables: NAME=value lines, or YAML."),
    click.option("--secrets-file", type=FILE, metavar="FILE", help="Secrets, in the same forms."),
    click.option("--seed", metavar="SEED", help="What is random in templates repeats itself."),
)  # fmt: skip

connection_options = together(
    click.option("--proxy", metavar="URL", help="Send through this proxy; none goes directly."),
    click.option("--cacert", "ca", type=FILE, metavar="FILE", help="Trust these authorities, too (PEM)."),
    click.option("--cert", "certificate", type=FILE, metavar="FILE", help="The client's certificate."),
    click.option("--key", type=FILE, metavar="FILE", help="The key to the client's certificate."),
    click.option("--insecure", is_flag=True, help="Check no certificate of a server."),
)

choice_options = together(
    click.option(
        "--only",
        multiple=True,
        metavar="NAME",
        shell_complete=complete_tests,
        help="Only this test; * and ? stand for anything.",
    ),
    click.option(
        "--tag",
        "tags",
        multiple=True,
        metavar="TAG",
        shell_complete=complete_tags,
        help="Only tests with this tag, or another given one.",
    ),
    click.option("--forbid-only", is_flag=True, help="A test that says 'only: true' is a mistake: for CI."),
)

flow_options = together(
    click.option(
        "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Tests at once; 25 if not given."
    ),
    click.option(
        "--bail", type=click.IntRange(min=1), metavar="N", help="Start no further test once N did not pass."
    ),
    click.option(
        "--timeout", type=DurationOption(), metavar="TIME",
        help="Stop after this time, such as 10m; clean-up comes as always.",
    ),
    click.option("--fail-fast", is_flag=True, help="Start no further test once one did not pass."),
    click.option(
        _SHUFFLE, is_flag=False, flag_value="", metavar="[SEED]",
        help="Run in a random order that keeps every rule; SEED, a number, repeats one.",
    ),
    click.option("--update-snapshots", is_flag=True, help="Write snapshots anew that are different."),
)  # fmt: skip


class ShufflingCommand(click.Command):
    """A command whose `--shuffle` and `--changed` may stand before a path: what is no number is no seed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but a missing seed is chosen here, so that it can be told."""
        words = list(_with_seeds(args))
        if not ctx.resilient_parsing:
            _need_seeds(words)
        return super().parse_args(ctx, words)


def _any_seed() -> int:
    """A seed that nobody could have guessed, so that no order is run more often than others."""
    from secrets import randbelow

    return randbelow(_SEEDS)


def _with_seeds(words: Sequence[str]) -> Iterable[str]:
    is_seed = False
    for word, after in zip_longest(words, words[1:], fillvalue=""):
        if word == _SHUFFLE and not is_seed:
            is_seed = after.isdecimal()
            yield f"{_SHUFFLE}={after if is_seed else _any_seed()}"
        elif is_seed:
            is_seed = False
        elif word == "--changed":
            # What follows is a path: a revision is written behind a =.
            yield "--changed=HEAD"
        else:
            yield word


def _need_seeds(words: Iterable[str]) -> None:
    """Refuse a seed that is none: two spellings of one would be two orders."""
    for word in words:
        seed = word.removeprefix(f"{_SHUFFLE}=")
        if seed != word and not seed.isdecimal():
            raise UsageError(
                f"{seed!r} is no seed",
                where=_SHUFFLE,
                hint="A seed is a number, such as --shuffle 42; --shuffle alone chooses one.",
            )


def request_of(paths: Sequence[Path], given: Given) -> "RunRequest":
    """What the options ask for. Raises UsageError for what cannot be."""
    from worker.cli.connection import connection_of
    from worker.cli.run_request import RunRequest

    return RunRequest(
        paths=tuple(paths),
        environment=given["environment"],
        base_url=checked_address(given["base_url"]),
        variables=given["variables"],
        env_file=given["env_file"],
        secrets_file=given["secrets_file"],
        seed=given["seed"],
        selection=Selection(only=given["only"], tags=given["tags"]),
        forbid_only=given["forbid_only"],
        connection=connection_of(given),
        jobs=given["jobs"],
        bail=bail_of(given),
        timeout_seconds=given["timeout"],
        shuffle=given["shuffle"],
        update_snapshots=given["update_snapshots"],
        surroundings=os.environ,
    )


def bail_of(given: Flow) -> int | None:
    """After how many that did not pass no further test starts. Raises UsageError for two answers."""
    if not given["fail_fast"]:
        return given["bail"]
    if given["bail"] not in (None, 1):
        what = f"--fail-fast says 1, and --bail says {given['bail']}"
        raise UsageError(what, where="--bail", hint="Leave one of them out.")
    return 1


def checked_address(base_url: str | None) -> str | None:
    """The address without a slash at its end. Raises UsageError for what is none."""
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise UsageError(
            f"{base_url!r} is not an address", where="--base-url", hint="It begins with http:// or https://."
        )
    return base_url.rstrip("/") if base_url else None
