"""A description file, JSON or YAML, as plain values. What is not JSON (dates, tags) stays text."""

import json
from functools import cache
from typing import Any

from context.limits import MAX_VALUES

#: Values of one description. Aliases of YAML are written out, so a few lines could mean billions.
MOST_VALUES = MAX_VALUES * 4
#: Levels of nesting.
DEEPEST = 150


class BadDescription(ValueError):
    """The file is no API description that can be used. The message is a sentence."""


def read_document(data: bytes) -> Any:
    """The document. Raises BadDescription."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadDescription("the file is not UTF-8") from None
    document = _from_json(text) if text.lstrip().startswith(("{", "[")) else _from_yaml(text)
    return _Plain().copy(document, 0)


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise BadDescription("the file is nested too deeply") from None
    except ValueError as error:
        # YAML may begin with a brace, too.
        try:
            return _from_yaml(text)
        except BadDescription:
            raise BadDescription(f"the file is not JSON: {error}") from None


def _from_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, _loader())  # a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise BadDescription(f"the file is not YAML{place}") from None
    except RecursionError:
        raise BadDescription("the file is nested too deeply") from None


@cache
def _loader() -> Any:
    """The safe loader, in C where there is one, that leaves dates texts: a description is JSON."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        sign: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
        for sign, found in base.yaml_implicit_resolvers.items()
    }
    return type("DescriptionLoader", (base,), {"yaml_implicit_resolvers": resolvers})


class _Plain:
    """Copies values, so that none is shared and there are not too many."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def copy(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise BadDescription(f"the file holds more than {MOST_VALUES:,} values, or too deep ones")
        if isinstance(value, dict):
            return {_key(key): self.copy(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.copy(item, depth + 1) for item in value]
        return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _key(key: Any) -> str:
    # Status codes are written without quotes, and then YAML makes numbers of them.
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)
