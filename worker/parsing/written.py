"""What a suite file says, as plain values in its own words."""

from context.values import JsonValue
from worker.errors import SuiteError
from worker.parsing.compose import compose, without_garbage_collection
from worker.parsing.reading import in_order_of_files
from worker.parsing.source import Source
from worker.parsing.tree import build_tree


def as_written(text: str, *, path: str) -> dict[str, JsonValue]:
    """The file's values by key, with anchors and merges written out, not checked against the format.

    Raises SuiteError for what is not YAML, or no mapping.
    """
    source = Source(path, text)
    with without_garbage_collection():
        node = compose(source)
        values = build_tree(source, node).data if node is not None else None
    if source.problems or not isinstance(values, dict):
        raise SuiteError(in_order_of_files(source.problems, ()))
    return values
