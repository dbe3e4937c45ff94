"""The files that suites name, as a push sends them: by the hash of their content, and never private keys."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from worker.contracts import Contracts
from worker.errors import FileUnreadable, UsageError
from worker.files import Files
from worker.models.suite import Suite
from worker.project.addresses import pushed_path
from worker.snapshots.paths import FOLDER

#: The database keeps no larger file, and takes no more of them in one push.
LARGEST_FILE_BYTES = 8 * 1024 * 1024
MOST_BYTES_AT_ONCE = 32 * 1024 * 1024

#: Formats that hold private keys and show it to nobody.
KEY_STORES = (".p12", ".pfx", ".jks")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFiles:
    """What the files hold that suites name. `of` has for each suite, by its key, {path: hash}; `contents`
    are by hash. `keys` are paths of private keys: they stay here."""

    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    keys: tuple[str, ...] = ()


def gather(suites: Iterable[Suite], files: Files, *, below: Path) -> NamedFiles:
    """Read all files that these suites name; `below` is the folder one is in, where paths begin that the
    project keeps. Raises UsageError for what is too large, and FileUnreadable."""
    contracts = Contracts(files)
    of: dict[str, dict[str, str]] = {}
    contents: dict[str, bytes] = {}
    keys: list[str] = []
    for suite in suites:
        for path in _paths(suite, contracts):
            content = _read(path, files)
            kept = pushed_path(path, below=below)
            if _is_private(path, content):
                keys.append(kept)
                continue
            digest = hashlib.sha256(content).hexdigest()
            contents[digest] = content
            of.setdefault(suite.key, {})[kept] = digest
    return NamedFiles(of=of, contents=contents, keys=tuple(dict.fromkeys(keys)))


def as_sent(contents: Mapping[str, bytes], hashes: Iterable[str]) -> dict[str, str]:
    """Those contents in base64. Raises UsageError if they are too much for one push."""
    chosen = {digest: contents[digest] for digest in hashes}
    total = sum(map(len, chosen.values()))
    if total > MOST_BYTES_AT_ONCE:
        raise UsageError(
            f"the files that are new are {total / 1048576:.1f} MiB, and one push takes 32 MiB",
            hint="push a few suites at a time: what is there already is not sent again",
        )
    return {digest: base64.b64encode(content).decode("ascii") for digest, content in chosen.items()}


def secret_name(path: str) -> str:
    """The secret of an environment in which a worker looks for a private key of this path."""
    return re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_")


def _paths(suite: Suite, contracts: Contracts) -> Iterator[str]:
    """The files that a suite names, those that these name, and its snapshots."""
    named = list(dict.fromkeys(use.path for use in suite.files))
    yield from named
    described = {test.contract for test in suite.tests.values() if test.contract}
    others = (other for path in sorted(described) for other in contracts.files_of(path))
    yield from dict.fromkeys(other for other in others if other not in named)
    snapshots = PurePath(suite.path).parent / FOLDER / suite.key
    yield from sorted(found.as_posix() for found in Path(snapshots).glob("**/*") if found.is_file())


def _read(path: str, files: Files) -> bytes:
    content = files.read(path)
    if len(content) > LARGEST_FILE_BYTES:
        raise FileUnreadable(
            f"the file has {len(content) / 1048576:.1f} MiB, and a project keeps files of up to 8 MiB",
            where=path,
            hint="take a smaller one for runs by a worker",
        )
    return content


def _is_private(path: str, content: bytes) -> bool:
    """Whether this opens doors: it must not leave this machine in clear."""
    return b"PRIVATE KEY-----" in content or path.lower().endswith(KEY_STORES)
