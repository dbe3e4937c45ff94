"""No output there is shows a secret: not whole, not cut in half, not in another spelling."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.commands import baton
from tests.canaries import DRESSES, Canary, canary, contents, leaks
from tests.targets import Route, Target, running_target
from tests.wire import Reply, Seen, json_reply

#: Secrets of the environment, by where they are used.
GIVEN = tuple(
    [
        "bearer",
        "basic",
        "key",
        "query",
        "cookie",
        "client",
        "digest",
        "aws",
        "body",
        "form",
        "part",
        "graph",
        "row",
        "hook",
        "undo",
        "check",
        "until",
        "path",
        "login",
        "word",
    ]
)

#: Secrets that the server makes.
MADE = ("renewed", "token", "old_token", "refresh", "oauth", "session", "nested", "split")

SUITE = (Path(__file__).parent / "canaries.yaml").read_text()


@dataclass
class Server:
    """An API that tells everything it was told, in the most talkative way."""

    canaries: Mapping[str, Canary]
    logins: int = 0

    def routes(self) -> dict[str, Route]:
        """The paths of the suite."""
        return {
            "tell": self._tell,
            "login": self._login,
            "renew": self._renew,
            "guarded": self._guarded,
            "token": self._token,
            "session": self._session,
            "digest": self._digest,
            "long": self._long,
            "away": self._away,
            "errors": self._errors,
        }

    def _secret(self, name: str) -> str:
        return self.canaries[name].secret

    async def _tell(self, seen: Seen, *rest: str) -> Reply:
        status = int(dict(seen.query).get("status", 200))
        told = {
            "path": f"{seen.path}?{seen.query}",
            "headers": {name.lower(): value for name, value in seen.headers},
            "body": seen.body.decode(errors="replace"),
            "said": [value for _, value in seen.query],
            "whole": f"{seen.headers} {seen.body!r}",
        }
        return json_reply(told, status=status, headers={"x-path": seen.path})

    async def _login(self, seen: Seen) -> Reply:
        self.logins += 1
        token = self._secret("old_token" if self.logins == 1 else "token")
        about = {"id": 7, "inner": {"key": self._secret("nested")}, "note": f"for {self._secret('nested')}"}
        return json_reply({"token": token, "refresh_token": self._secret("refresh"), "about": about})

    async def _renew(self, seen: Seen) -> Reply:
        return json_reply({"renewed": self._secret("renewed")})

    async def _guarded(self, seen: Seen, *rest: str) -> Reply:
        said = seen.header("authorization") or ""
        if self._secret("token") not in said:
            return json_reply({"error": f"{said} has expired", "said": said}, status=401)
        return json_reply({"said": said})

    async def _token(self, seen: Seen) -> Reply:
        return json_reply({"access_token": self._secret("oauth"), "token_type": "Bearer", "expires_in": 60})

    async def _session(self, seen: Seen) -> Reply:
        cookie = f"sid={self._secret('session')}; Path=/"
        return json_reply({"sid": self._secret("session")}, headers={"set-cookie": cookie})

    async def _digest(self, seen: Seen) -> Reply:
        said = seen.header("authorization")
        if said is None:
            challenge = 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'
            return Reply(status=401, headers={"www-authenticate": challenge})
        return json_reply({"said": said}, status=500)

    async def _long(self, seen: Seen, size: str) -> Reply:
        """A body that is cut just where the secret stands."""
        secret = self._secret("split")
        text = "x" * (int(size) - len(secret) // 2) + secret + "y" * 50_000
        return Reply(body=text.encode(), headers={"content-type": "text/plain"})

    async def _away(self, seen: Seen) -> Reply:
        query = "&".join(f"{name}={value}" for name, value in seen.query)
        return Reply(status=302, headers={"location": f"/tell/away?{query}"})

    async def _errors(self, seen: Seen) -> Reply:
        errors = [{"message": f"cannot read {seen.body.decode(errors='replace')}", "path": ["me"]}]
        return json_reply({"data": None, "errors": errors})


@dataclass(frozen=True)
class Stage:
    """A folder with the suite and its secrets, and the API."""

    folder: Path
    canaries: Mapping[str, Canary]
    target: Target
    inputs: tuple[Path, ...]

    def run(self, *words: str, **settings: str) -> dict[str, str]:
        """What a command says, by stream."""
        given = {"BATON_DATA_HOME": str(self.folder / "data"), **settings}
        done = baton(*words, home=self.folder, settings=given)
        return {f"{words} stdout": done.stdout, f"{words} stderr": done.stderr}

    def leaks(self, outputs: Mapping[str, str]) -> list[str]:
        """What can be read in these outputs, and in every file that is there by now."""
        return leaks(self.canaries.values(), {**outputs, **contents(self.folder, without=self.inputs)})


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A new folder and a new server, for all tests of this module."""
    chance, folder = Random(20261121), tmp_path_factory.mktemp("canaries")
    canaries = {
        name: canary(name, chance, _dress(number, name)) for number, name in enumerate((*GIVEN, *MADE))
    }
    server = Server(canaries)
    with running_target(routes=server.routes()) as target:
        secrets = folder / "secrets.yaml"
        secrets.write_text(json.dumps({name: canaries[name].secret for name in GIVEN}))
        secrets.chmod(0o600)
        suite, upload = folder / "canaries.yaml", folder / "upload.txt"
        suite.write_text(SUITE)
        upload.write_text("nothing secret")
        checks = folder / "canary_checks.py"
        checks.write_text("def check(answer):\n    raise ValueError(str(answer.json()))\n")
        yield Stage(folder, canaries, target, (secrets, suite, upload, checks))


def _dress(number: int, name: str) -> str:
    """Headers, cookies and keys take no line break; what a cookie holds has no semicolon."""
    plain = name in ("session", "cookie", "token", "old_token", "oauth", "bearer", "key", "aws")
    return "{}" if plain else DRESSES[number % len(DRESSES)]


def _run_words(stage: Stage) -> tuple[str, ...]:
    return (
        "run",
        "canaries.yaml",
        "--base-url",
        stage.target.base_url,
        "--secrets-file",
        "secrets.yaml",
        "--seed",
        "7",
    )


REPORTS = (
    "html=run.html",
    "junit=run.xml",
    "allure=allure",
    "ctrf=ctrf.json",
    "json=run.json",
    "markdown=run.md",
    "codequality=quality.json",
)


def test_no_output_of_a_run_shows_a_secret(stage: Stage) -> None:
    """The console in every width, events, all reports, the history, what a CI is told, snapshots."""
    reports = [word for report in REPORTS for word in ("--report", report)]
    words = _run_words(stage)
    ci = {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_STEP_SUMMARY": str(stage.folder / "summary.md")}
    outputs = {
        **stage.run(*words, "-v", *reports),
        **stage.run(*words, COLUMNS="40"),
        **stage.run(*words, "--json"),
        **stage.run(*words, "-v", "--shuffle", "3", **ci),
        **stage.run(*words, "--update-snapshots", "--jobs", "1"),
    }
    assert stage.leaks(outputs) == []
    said = json.loads((stage.folder / "run.json").read_text())
    assert len(said["tests"]) > 30, "the suite was not run"


def test_no_other_command_shows_a_secret(stage: Stage) -> None:
    """What looks at the suite, and what looks back at a run."""
    given = ("--base-url", stage.target.base_url, "--secrets-file", "secrets.yaml")
    stage.run(*_run_words(stage))
    outputs: dict[str, str] = {}
    for words in (
        ("lint", "canaries.yaml"),
        ("graph", "canaries.yaml"),
        ("run", "canaries.yaml", *given, "--list"),
        ("run", "canaries.yaml", *given, "--dry-run"),
        ("why", "me"),
        ("why", "checks"),
        ("rerun", "--failed", "--secrets-file", "secrets.yaml"),
        ("export", "curl", "canaries.yaml"),
        ("export", "curl", "canaries.yaml", *given),
    ):
        outputs |= stage.run(*words)
    assert stage.leaks(outputs) == []
    assert [words for words, said in outputs.items() if "This is a bug" in said] == []
    scripts = [said for words, said in outputs.items() if "export" in words and "stdout" in words]
    assert [said.count("canaries/rows[") for said in scripts] == [4, 4], "the suite was not exported"


def test_no_exception_shows_a_secret(stage: Stage) -> None:
    """Files that cannot be written, servers that are not there: the words for it hold no secret."""
    words = _run_words(stage)
    nowhere = [word.replace(stage.target.base_url, "http://127.0.0.1:1") for word in words]
    outputs = {
        **stage.run(*nowhere, "-v"),
        **stage.run(*words, "--report", "html=no/such/folder/x.html"),
        **stage.run(*words, "--proxy", f"http://user:{stage.canaries['word'].letters}@127.0.0.1:1"),
        **stage.run(*words, "--only", "no-such-test"),
    }
    assert stage.leaks(outputs) == []
