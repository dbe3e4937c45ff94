"""What a supervisor is asked to run: told once, through its standard input, so that nobody else reads it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from worker.local.folders import StackFolder
from worker.local.processes import ProcessIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraCommand:
    """A program to run beside the stack, such as a worker; started again when it ends.

    In the values of `environment` the words `{url}`, `{publishable_key}` and `{secret_key}` stand for
    those of the stack.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "ExtraCommand":
        """Read what `asdict` made of one."""
        return cls(
            name=content["name"],
            arguments=tuple(content["arguments"]),
            environment=dict(content["environment"]),
        )

    def environment_for(self, *, url: str, publishable_key: str, secret_key: str) -> dict[str, str]:
        """The environment with the stack's values in it."""
        words = {"{url}": url, "{publishable_key}": publishable_key, "{secret_key}": secret_key}
        return {name: _replaced(value, words) for name, value in self.environment.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSpec:
    """One stack, as it shall be."""

    project: Path
    folder: StackFolder
    #: The installed Node parts.
    packages: Path
    #: A folder like `supabase/`: `config.toml` and `migrations/`.
    source: Path
    #: Where the gateway would like to listen.
    port: int
    #: Throw-away data: quick, and lost in a power cut.
    fast: bool = False
    extras: tuple[ExtraCommand, ...] = ()
    #: Served at the gateway's `/`.
    static_folder: Path | None = None
    #: When this process is gone, the stack stops.
    ends_with: ProcessIdentity | None = None

    def to_json(self) -> str:
        """As text, for `from_json`."""
        static = str(self.static_folder) if self.static_folder else None
        return json.dumps(
            {
                "project": str(self.project),
                "folder": str(self.folder.path),
                "packages": str(self.packages),
                "source": str(self.source),
                "port": self.port,
                "fast": self.fast,
                "extras": [asdict(extra) for extra in self.extras],
                "static_folder": static,
                "ends_with": asdict(self.ends_with) if self.ends_with else None,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "StackSpec":
        """Read what `to_json` wrote."""
        content = json.loads(text)
        static = content["static_folder"]
        return cls(
            project=Path(content["project"]),
            folder=StackFolder(Path(content["folder"])),
            packages=Path(content["packages"]),
            source=Path(content["source"]),
            port=content["port"],
            fast=content["fast"],
            extras=tuple(ExtraCommand.from_json(extra) for extra in content["extras"]),
            static_folder=Path(static) if static else None,
            ends_with=ProcessIdentity(**content["ends_with"]) if content["ends_with"] else None,
        )


def _replaced(value: str, words: Mapping[str, str]) -> str:
    for word, replacement in words.items():
        value = value.replace(word, replacement)
    return value
