"""The fixtures of a suite as a push sends them: kind, content, and how long what is kept of them lasts."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.fixtures.data import FixtureData
from worker.models.fixture import Fixture, FixtureCleanup, FixtureFile, Generated, Kept
from worker.models.suite import Suite

Document = dict[str, JsonValue]

#: What a fixture says besides, that has no column.
_SETTINGS = ("types", "sha256", "shared")


def fixture_documents(
    suite: Suite, written: Mapping[str, Any], files: Mapping[str, str]
) -> dict[str, JsonValue]:
    """Each fixture by its name, in the database's words. `written` is what the file says, `files` have
    the checksums of what it names beside itself."""
    data = suite.fixtures
    if not isinstance(data, FixtureData):
        return {}
    return {
        name: _document(fixture, _words(written[name]), files)
        for name, fixture in data.fixtures.items()
        if name in written
    }


def _words(said: Any) -> Mapping[str, Any]:
    """A fixture that is a list is its own data."""
    return said if isinstance(said, Mapping) else {"data": said}


def _document(fixture: Fixture, words: Mapping[str, Any], files: Mapping[str, str]) -> Document:
    document: Document = {
        "settings": {word: words[word] for word in _SETTINGS if word in words},
        "immutable": bool(words.get("immutable")),
        "cleanup": fixture.cleanup.value,
    }
    source = fixture.source
    if isinstance(source, FixtureFile):
        return document | _of_file(source, words, files)
    if isinstance(source, Generated):
        return document | {"kind": "generated", "content": words["generate"]}
    if isinstance(source, Kept):
        life = None if fixture.cleanup is FixtureCleanup.MANUAL else source.ttl_seconds
        return document | {"kind": "snapshot", "content": words["snapshot"], "ttl_seconds": life}
    return document | {"kind": "literal", "content": words["data"]}


def _of_file(file: FixtureFile, words: Mapping[str, Any], files: Mapping[str, str]) -> Document:
    return {
        "kind": "file",
        "path": words["file"],
        "format": file.format.value,
        "compression": file.packing.value if file.packing else None,
        "checksum": files.get(file.path),
    }
