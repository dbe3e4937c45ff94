"""Files of a first project: what they are, and how they are written without destroying any."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

#: The example API's password: it opens nothing but a list in the memory of a process.
EXAMPLE_PASSWORD = "pass-the-baton"

#: What must not be committed.
IGNORED = ("secrets.env", "*.secrets.env", "reports/")

SCHEMA = Path(".baton") / "suite.schema.json"

_WORKFLOWS = {
    "github": (Path(".github") / "workflows" / "api-tests.yml", "github.yml.txt"),
    "gitlab": (Path(".gitlab-ci.yml"), "gitlab.yml.txt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to write. One that is `ours` may be written anew at any time; to one that is `joined`
    lines are added that it lacks."""

    path: Path
    text: str
    mode: int = 0o644
    ours: bool = False
    joined: bool = False


def first_files(folder: Path, *, url: str | None, ci: str | None) -> Iterator[NewFile]:
    """What a project begins with: tests in `folder`, and the workflow of a CI below the current one."""
    shown = quote(folder.as_posix())
    if url is None:
        yield NewFile(path=folder / "first.yaml", text=_template("first.yaml.txt").format(folder=shown))
        yield NewFile(path=folder / "example_api.py", text=_template("example_api.py.txt"))
        yield NewFile(path=folder / "secrets.env", text=f"password={EXAMPLE_PASSWORD}\n", mode=0o600)
    else:
        yield NewFile(path=folder / "first.yaml", text=_for_address(shown, url))
    yield NewFile(path=folder / SCHEMA, text=_schema(), ours=True)
    yield NewFile(path=folder / ".gitignore", text="".join(f"{line}\n" for line in IGNORED), joined=True)
    if ci is not None:
        path, template = _WORKFLOWS[ci]
        start = _start_of_example(shown, ci) if url is None else ""
        yield NewFile(path=path, text=_template(template).format(folder=shown, start=start))


def write(file: NewFile) -> None:
    """Write it, whole; the folders above it are made. Raises OSError."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    text = _joined(file) if file.joined else file.text
    beside = file.path.with_name(f".{file.path.name}.{os.getpid()}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, file.mode)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    os.replace(beside, file.path)


def is_written(file: NewFile) -> bool:
    """Whether the file stands there as it should."""
    try:
        there = file.path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return not _missing(there, file) if file.joined else there == file.text


def _joined(file: NewFile) -> str:
    there = file.path.read_text(encoding="utf-8") if file.path.exists() else ""
    end = "" if not there or there.endswith("\n") else "\n"
    return there + end + "".join(f"{line}\n" for line in _missing(there, file))


def _missing(there: str, file: NewFile) -> list[str]:
    known = {line.strip() for line in there.splitlines()}
    return [line for line in file.text.splitlines() if line not in known]


def _for_address(folder: str, url: str) -> str:
    parts = urlsplit(url)
    local = re.match(r"localhost$|127\.", parts.hostname or "") is not None
    return _template("address.yaml.txt").format(
        folder=folder,
        environment="local" if local else "staging",
        url=json.dumps(url),
        path=json.dumps("/"),
    )


#: What a CI says to start the example API and to wait until it answers, or ten seconds.
_START = (
    "python3 {folder}/example_api.py &",
    "for second in 1 2 3 4 5 6 7 8 9 10; do python3 -c"
    " \"import urllib.request as web; web.urlopen('http://127.0.0.1:8900/health')\" 2>/dev/null"
    " && break || sleep 1; done",
)


def _start_of_example(folder: str, ci: str) -> str:
    """The lines by which a CI starts the example API."""
    commands = [line.format(folder=folder) for line in _START]
    if ci == "github":
        return "".join(["\n      - run: |", *(f"\n          {command}" for command in commands)])
    return "".join(["\n    - |", *(f"\n      {command}" for command in commands)])


def _schema() -> str:
    from worker.parsing.schema import build_schema

    return json.dumps(build_schema(), indent=2, ensure_ascii=False) + "\n"


def _template(name: str) -> str:
    return (files("worker.cli") / "starter" / name).read_text(encoding="utf-8")
