"""What a person asked `baton run` for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from worker.cli.narrowing import Narrowing
from worker.models.graph import Selection
from worker.models.request import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a person asked for, as it was typed."""

    paths: tuple[Path, ...]
    environment: str | None = None
    base_url: str | None = None
    variables: tuple[str, ...] = ()
    env_file: Path | None = None
    secrets_file: Path | None = None
    selection: Selection = field(default_factory=Selection)
    forbid_only: bool = False
    jobs: int | None = None
    bail: int | None = None
    timeout_seconds: float | None = None
    shuffle: str | None = None
    seed: str | None = None
    connection: Connection = field(default_factory=Connection)
    update_snapshots: bool = False
    narrowing: Narrowing = field(default_factory=Narrowing)
    remember: bool = True
    surroundings: Mapping[str, str] = field(default_factory=dict, repr=False)
