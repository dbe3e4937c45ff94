"""Variables and secrets that a person gives to a local run: options, files, the process."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import click

from context.values import JsonValue
from worker.errors import UsageError

#: The only two ways from the surroundings of the process into a local run.
VARIABLE_PREFIX = "BATON_VAR_"
SECRET_PREFIX = "BATON_SECRET_"

#: The worker's own key looks like a secret named `key`, and must never get into a run.
_SETTINGS = frozenset({"BATON_SECRET_KEY"})

#: What may stand before the = of a line.
_NAME = re.compile(r"[^\W\d][\w.-]*")

#: Files of values that are YAML; all others hold lines.
YAML_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenValues:
    """What was given. `secrets` hold real values: never print, log or repr them."""

    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class UsedNames(NamedTuple):
    """Names that the suites speak of: what BATON_VAR_EMAIL can mean is looked up here."""

    variables: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


def gather_values(
    *,
    options: Sequence[str] = (),
    env_file: Path | None = None,
    secrets_file: Path | None = None,
    surroundings: Mapping[str, str],
    used: UsedNames,
) -> GivenValues:
    """Everything given, the later of these winning: files, BATON_VAR_…, `--var`.

    A name that the suites use as a secret is one, also when it came by `--var`.
    """
    variables: dict[str, JsonValue] = {}
    secrets: dict[str, str] = {}
    if env_file:
        variables.update(read_values(env_file))
    if secrets_file:
        warn_if_others_can_read(secrets_file)
        secrets.update(read_secrets(secrets_file))
    variables.update(_from_surroundings(surroundings, VARIABLE_PREFIX, used.variables))
    secrets.update(_from_surroundings(surroundings, SECRET_PREFIX, used.secrets))
    variables.update(option_value(option) for option in options)
    for name in used.secrets - secrets.keys():
        if name in variables:
            secrets[name] = str(variables[name])
    return GivenValues(variables=variables, secrets=secrets)


def option_value(option: str) -> tuple[str, JsonValue]:
    """`name=text`, or `name:=json` for a value that is no text."""
    name, equals, text = option.partition("=")
    typed = name.endswith(":")
    name = name.removesuffix(":").strip()
    if not equals or not name:
        raise UsageError(
            f"{name or option!r} is not a variable with a value"
            if not equals
            else "a variable needs a name before the =",
            where="--var",
            hint="Write --var name=value, or --var 'count:=3' for a value that is no text.",
        )
    return name, _json(name, text) if typed else text


def read_values(path: Path) -> dict[str, JsonValue]:
    """The names and values of a file: YAML or JSON by its ending, else one NAME=value a line."""
    text = _text_of(path)
    if path.suffix.lower() in YAML_ENDINGS:
        from worker.cli.yaml_values import yaml_values

        return _no_suite(yaml_values(text, path), path)
    return dict(_lines(text, path))


def read_secrets(path: Path) -> dict[str, str]:
    """The same for a file of secrets, which are texts, just as they are written."""
    text = _text_of(path)
    if path.suffix.lower() in YAML_ENDINGS:
        from worker.cli.yaml_values import yaml_secrets

        return yaml_secrets(text, path)
    return dict(_lines(text, path))


def _no_suite(values: dict[str, JsonValue], path: Path) -> dict[str, JsonValue]:
    """Values, unless they are a suite's: that file was meant for another place."""
    if isinstance(values.get("tests"), dict) and "suite" in values:
        raise UsageError(
            "this is a suite, not a file of variables",
            where=str(path),
            hint="Name the suite as a path, and here a file of names with their values.",
        )
    return values


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("the file is not UTF-8 text", where=str(path)) from None
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise UsageError(what, where=str(path), hint="Check the path, and who may read it.") from error


def warn_if_others_can_read(path: Path) -> None:
    """A file of secrets should be its owner's alone; say so, and go on."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if os.name == "posix" and mode & (stat.S_IRGRP | stat.S_IROTH):
        click.echo(f"Warning: others on this machine can read {path}. `chmod 600 {path}` helps.", err=True)


def _from_surroundings(
    surroundings: Mapping[str, str], prefix: str, used: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """BATON_VAR_EMAIL is the name `email` if the suites use that, whatever its case."""
    spelled = sorted(used)
    for key, value in sorted(surroundings.items()):
        given = key.removeprefix(prefix)
        if not key.startswith(prefix) or not given or key in _SETTINGS:
            continue
        same = [name for name in spelled if name.lower() == given.lower()]
        yield from ((name, value) for name in ([given] if given in same else same or [given.lower()]))


def _lines(text: str, path: Path) -> Iterator[tuple[str, str]]:
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            # The line itself stays out of the message: it may be a secret without its name.
            raise UsageError(
                "this line is not NAME=value",
                where=f"{path}:{number}",
                hint="One NAME=value a line; # begins a comment. A .yaml file may hold more than texts.",
            )
        if not _NAME.fullmatch(name.strip()):
            raise UsageError(
                "what stands before the = is no name",
                where=f"{path}:{number}",
                hint="A name has letters, digits, _, - and dots, and begins with a letter or _.",
            )
        yield name.strip(), plain_value(value.strip())


def plain_value(value: str) -> str:
    """What a line says behind its `=`, without quotes and comment."""
    for quote in ("'", '"'):
        if value.startswith(quote) and value.find(quote, 1) > 0:
            inner = value[1 : value.index(quote, 1)]
            return inner.replace("\\n", "\n") if quote == '"' else inner
    return value.split(" #", 1)[0].rstrip()


def _json(name: str, text: str) -> JsonValue:
    import json

    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        raise UsageError(
            f"the value of {name} is not JSON",
            where="--var",
            hint=f"After := comes JSON; write {name}=… for a plain text.",
        ) from None
    return value
