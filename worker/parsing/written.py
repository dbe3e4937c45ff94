"""What a suite file says, as plain values in its own words."""

from collections.abc import Mapping

from context.values import JsonValue
from worker.errors import SuiteError
from worker.models.problem import Problem
from worker.parsing.compose import compose, without_garbage_collection
from worker.parsing.reading import in_order_of_files
from worker.parsing.source import Source
from worker.parsing.tree import build_tree


def read_as_written(text: str, *, path: str) -> Mapping[str, JsonValue]:
    """The file's values by key, with anchors and merges written out; nothing is checked against the format.

    For a file that was parsed before: raises SuiteError if it is not even YAML.
    """
    source = Source(path, text)
    with without_garbage_collection():
        node = compose(source)
        data = build_tree(source, node).data if node is not None else None
    if source.problems or not isinstance(data, dict):
        raise SuiteError(in_order_of_files(_problems(source), ()))
    return data


def _problems(source: Source) -> list[Problem]:
    return source.problems
