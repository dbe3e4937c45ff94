"""A program to be started: what, with which environment, as whom, and how it is asked to stop."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from worker.local.owner import Owner

_LAUNCHER = Path(__file__).with_name("launch.py")

#: What a child inherits: how to find things and whom to trust, never settings meant for us.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
_CERTIFICATES = (
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")

#: None of the parts may report to its makers.
_SILENCE = {
    "CI": "1",
    "DO_NOT_TRACK": "1",
    "LITE_TELEMETRY": "0",
    "NO_UPDATE_NOTIFIER": "1",
    "SENTRY_DSN": "",
    "SUPABASE_NO_UPDATE_NOTIFIER": "1",
    "SUPABASE_TELEMETRY_DISABLED": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One program and how to treat it."""

    name: str
    arguments: tuple[str, ...]
    #: May hold passwords, so it is not shown.
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    owner: Owner | None = None
    #: Where it runs. Not the caller's folder: another user may not be able to enter that.
    folder: Path = Path("/")
    stop_signal: signal.Signals = signal.SIGTERM

    def launch_arguments(self) -> list[str]:
        """The command line that starts it so that it dies with this process."""
        changes_user = self.owner is not None and self.owner.uid != os.geteuid()
        uid, gid = (self.owner.uid, self.owner.gid) if self.owner and changes_user else ("-", "-")
        launcher = [sys.executable, "-I", "-S", str(_LAUNCHER)]
        return [*launcher, str(uid), str(gid), str(int(self.stop_signal)), str(os.getpid()), *self.arguments]


def detached_arguments(arguments: list[str]) -> list[str]:
    """The command line that starts a program which shall outlive this process."""
    return [sys.executable, "-I", "-S", str(_LAUNCHER), "-", "-", "0", "0", "detached", *arguments]


def clean_environment(**additions: str) -> dict[str, str]:
    """The environment for a part of the stack: certificates and proxies stay, secrets do not leak in."""
    kept = (*_INHERITED, *_CERTIFICATES, *_PROXIES)
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    return {**inherited, **_SILENCE, **additions}


def run_to_end(command: Command, *, time_limit: float) -> subprocess.CompletedProcess[str]:
    """Run it, wait for its end, and return what it said."""
    return subprocess.run(
        command.launch_arguments(),
        env=dict(command.environment),
        cwd=command.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=time_limit,
        check=False,
    )
