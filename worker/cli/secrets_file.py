"""A file of secrets for local runs: written so that it is read as it was meant, by its owner alone."""

import os
from collections.abc import Iterator
from pathlib import Path

from worker.cli.values import YAML_ENDINGS, plain_value, read_secrets
from worker.errors import UsageError


def names_in(path: Path) -> list[str]:
    """The names of the secrets in this file; none where there is no file."""
    return sorted(read_secrets(path)) if path.exists() else []


def put(path: Path, name: str, value: str) -> None:
    """Set a secret; other lines stay as they are. Raises UsageError if the file cannot hold it."""
    if path.suffix.lower() in YAML_ENDINGS:
        _write(path, _as_yaml({**(read_secrets(path) if path.exists() else {}), name: value}))
        return
    line = f"{name}={_written(value, path)}"
    kept = list(_other_lines(path, name))
    _write(path, "".join(f"{each}\n" for each in [*kept, line]))


def take_out(path: Path, name: str) -> None:
    """Remove a secret. Raises UsageError if the file has none of this name."""
    known = names_in(path)
    if name not in known:
        hint = f"One of: {', '.join(known)}." if known else "The file has no secrets."
        raise UsageError(f"there is no secret {name!r}", where=str(path), hint=hint)
    if path.suffix.lower() in YAML_ENDINGS:
        _write(path, _as_yaml({key: each for key, each in read_secrets(path).items() if key != name}))
        return
    _write(path, "".join(f"{each}\n" for each in _other_lines(path, name)))


def _other_lines(path: Path, name: str) -> Iterator[str]:
    if not path.exists():
        return
    read_secrets(path)  # refuses what is no such file, before it is written over
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        said = line.strip().removeprefix("export ").partition("=")[0].strip()
        if said != name or line.strip().startswith("#"):
            yield line


def _written(value: str, path: Path) -> str:
    """The value as a line of the file says it, so that it is read as it was meant."""
    in_double = value.replace("\n", "\\n")
    for candidate in (value, f"'{value}'", f'"{in_double}"'):
        if "\n" not in candidate and plain_value(candidate.strip()) == value:
            return candidate
    raise UsageError(
        "a line of this file cannot hold this value",
        where=str(path),
        hint="Name a file that ends in .yaml: that holds any text.",
    )


def _as_yaml(values: dict[str, str]) -> str:
    import yaml

    text: str = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1000)
    return text


def _write(path: Path, text: str) -> None:
    """In one step, mode 0600: a reader sees the old file or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(beside, path.resolve())
    except OSError as error:
        raise UsageError(f"the file cannot be written: {error.strerror or error}", where=str(path)) from error
