"""Text to YAML nodes: with the core schema of YAML 1.2, with limits, and mistakes in our own words."""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from worker.models.problem import ProblemKind
from worker.parsing.core_schema import kind_of
from worker.parsing.source import Source, find_unprintable
from worker.parsing.syntax import note_syntax_error

#: How deeply lists and mappings may nest. The parser in C has no such limit and would crash.
DEEPEST_NESTING = 100

#: Two escapes of a JSON text that stand for one character; YAML has one escape for it.
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


class TooDeep(yaml.MarkedYAMLError):
    """The text nests deeper than we follow."""


class _CoreSchema:
    """What the parsers ask about each node. Answers are short: "str", "int", "map" …; an explicit
    tag is not asked about and stays as it was written."""

    depth = 0

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            return "seq" if kind is yaml.SequenceNode else "map"
        if not implicit[0]:
            return "str"
        return kind_of(value)

    def descend_resolver(self, parent: yaml.Node | None, index: Any) -> None:
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            mark = parent.start_mark if parent is not None else None
            raise TooDeep(problem="nested too deep", problem_mark=mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


class _SlowComposer(_CoreSchema, yaml.SafeLoader):
    """The parser in Python, for the rare machine whose PyYAML has no other."""


if yaml.__with_libyaml__:

    class _FastComposer(_CoreSchema, yaml.CSafeLoader):
        """The parser in C, some twenty times as fast."""

    _Composer: type[_FastComposer] | type[_SlowComposer] = _FastComposer
else:
    _Composer = _SlowComposer


def compose(source: Source) -> yaml.Node | None:
    """The file's only document. None if it is empty or has a mistake, which is then noted."""
    if find_unprintable(source):
        return None
    try:
        source.parsed = _text_for_yaml(source)
        node = _compose(source.parsed)
    except TooDeep as error:
        mark = error.problem_mark
        where = source.location(mark.line + 1, mark.column + 1) if mark else source.location(1, 1)
        source.add(
            ProblemKind.NOT_YAML,
            f"lists and mappings are nested more than {DEEPEST_NESTING} deep",
            where,
            hint="no request needs that: is a bracket missing?",
        )
        return None
    except yaml.MarkedYAMLError as error:
        note_syntax_error(source, error)
        return None
    if node is None:
        source.add(
            ProblemKind.MISSING_KEY,
            "this file is empty",
            source.location(1, 1),
            hint="a suite begins with 'suite:' and its title",
        )
    return node


def _compose(text: str) -> yaml.Node | None:
    with without_garbage_collection():
        node: yaml.Node | None = _Composer(text).get_single_node()
    return node


def _text_for_yaml(source: Source) -> str:
    if ("\\ud" not in source.text and "\\uD" not in source.text) or not _is_json(source):
        return source.text
    return _SURROGATES.sub(_one_escape, source.text)


def _is_json(source: Source) -> bool:
    """Whether the file is JSON, also one that is called YAML: that may be written so, too."""
    if source.path.endswith(".json"):
        return True
    try:
        return source.text.lstrip().startswith(("{", "[")) and bool(json.loads(source.text))
    except (ValueError, RecursionError):
        return False


def _one_escape(found: re.Match[str]) -> str:
    high, low = int(found.group(2), 16), int(found.group(3), 16)
    return f"{found.group(1)}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Nothing that is made here goes away here: looking for garbage would take most of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
