"""One entry of `fixtures:` becomes a fixture; words that do not go together are refused."""

from collections.abc import Mapping
from typing import Any

from worker.models.fixture import (
    Fixture,
    FixtureCleanup,
    FixtureFile,
    FixtureFormat,
    Generated,
    Kept,
    Packing,
)
from worker.models.problem import Location
from worker.parsing.file_paths import below
from worker.parsing.mistake import Mistake

#: How long a snapshot is good where nobody says so, in seconds.
SNAPSHOT_SECONDS = 86_400.0

#: Where snapshots are kept, below the suite's own folder.
SNAPSHOT_FOLDER = ".baton/fixtures"

_PACKINGS = {".gz": Packing.GZIP, ".zst": Packing.ZSTD}

_KINDS = ("data", "file", "generate", "snapshot")

#: Which words go with which kind.
_OF_KIND = {
    "format": ("file",),
    "types": ("file",),
    "sha256": ("file",),
    "ttl": ("snapshot",),
    "immutable": ("file", "snapshot"),
    "shared": ("generate",),
}


def read_fixture(
    name: str, said: Mapping[str, Any], *, suite: str, path: str, where: Location
) -> Fixture | None:
    """The fixture that the file at `path` says; None where it has problems of its own. Raises Mistake."""
    kind = next((word for word in _KINDS if word in said), None)
    if kind is None:
        return None
    _check_words(kind, said)
    cleanup = _cleanup_of(kind, said)
    source = _source_of(kind, said, cleanup, below(path, f"{SNAPSHOT_FOLDER}/{suite}.{name}.json"))
    if source is None and kind != "data":
        return None
    return Fixture(
        name=name,
        source=source,
        data=said.get("data"),
        sha256=said.get("sha256"),
        shared=said.get("shared", True),
        cleanup=cleanup,
        where=where,
    )


def _check_words(kind: str, said: Mapping[str, Any]) -> None:
    for word, kinds in _OF_KIND.items():
        if word in said and kind not in kinds:
            hint = f"it goes with {' and '.join(map(repr, kinds))}"
            raise Mistake(f"{word!r} means nothing for a fixture with {kind!r}", hint=hint, inside=(word,))
    if said.get("immutable") and kind == "file" and "sha256" not in said:
        raise Mistake("an immutable file needs its checksum", hint="add 'sha256:'", inside=("immutable",))


def _cleanup_of(kind: str, said: Mapping[str, Any]) -> FixtureCleanup:
    """When what is kept of it goes; what was not said follows from the other words."""
    written = said.get("cleanup")
    if kind != "snapshot":
        if written not in (None, FixtureCleanup.IMMEDIATE):
            raise Mistake(
                f"nothing of a fixture with {kind!r} is kept after a run",
                hint=f"{written!r} goes with 'snapshot'; what a test makes, its own 'cleanup:' undoes",
                inside=("cleanup",),
            )
        return FixtureCleanup.IMMEDIATE
    lasts = bool(said.get("immutable"))
    if lasts and written not in (None, FixtureCleanup.MANUAL):
        raise Mistake(
            f"an immutable snapshot is kept for ever, so its clean-up cannot be {written!r}",
            hint="leave out one of the two",
            inside=("cleanup",),
        )
    if (lasts or written == FixtureCleanup.MANUAL) and "ttl" in said:
        why = "an immutable snapshot" if lasts else "a snapshot that people remove"
        raise Mistake(f"{why} has no time to live", hint="leave 'ttl' out", inside=("ttl",))
    return FixtureCleanup.MANUAL if lasts else FixtureCleanup(written or FixtureCleanup.DELAYED)


def _source_of(
    kind: str, said: Mapping[str, Any], cleanup: FixtureCleanup, kept_at: str
) -> FixtureFile | Generated | Kept | None:
    if kind == "file":
        return _file_of(said)
    if kind == "generate":
        rules = said["generate"]
        return Generated(**rules) if "fields" in rules else None
    if kind == "snapshot":
        test, capture = said["snapshot"]
        life = None if cleanup is FixtureCleanup.MANUAL else said.get("ttl", SNAPSHOT_SECONDS)
        return Kept(test=test, capture=capture, path=kept_at, ttl_seconds=life)
    return None


def _file_of(said: Mapping[str, Any]) -> FixtureFile:
    path: str = said["file"]
    packing = next((kind for ending, kind in _PACKINGS.items() if path.endswith(ending)), None)
    plain = path.rpartition(".")[0] if packing else path
    written = said.get("format") or plain.rpartition(".")[2].lower()
    if written not in set(FixtureFormat):
        raise Mistake(
            f"the name of the file does not say its format ({', '.join(FixtureFormat)})",
            hint="add 'format:'",
            inside=("file",),
        )
    return FixtureFile(path=path, format=FixtureFormat(written), packing=packing, types=said.get("types", {}))
