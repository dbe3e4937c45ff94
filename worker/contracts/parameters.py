"""Texts of a request made into the values that their schemas speak of."""

from collections.abc import Iterable, Mapping
from typing import Any

from context.values import JsonValue

_WORDS: Mapping[str, JsonValue] = {"true": True, "false": False, "null": None}


def typed(texts: list[str], schema: Any, parameter: Mapping[str, Any]) -> JsonValue:
    """The value of a parameter that came as these texts (several where its name came several times)."""
    types = types_of(schema)
    if "array" in types:
        parts = texts if len(texts) > 1 or _explodes(parameter) else _parts(texts[0], parameter)
        inner = schema.get("items", {}) if isinstance(schema, Mapping) else {}
        return [_one(part, types_of(inner)) for part in parts]
    return _one(texts[-1], types)


def types_of(schema: Any) -> frozenset[str]:
    """The JSON types that a schema speaks of, as far as it says so at its top."""
    if not isinstance(schema, Mapping):
        return frozenset()
    found = schema.get("type")
    types = {found} if isinstance(found, str) else set(found) if isinstance(found, list) else set()
    for word in ("anyOf", "oneOf", "allOf"):
        inner = schema.get(word)
        for each in inner if isinstance(inner, list) else ():
            types |= types_of(each)
    return frozenset(str(each) for each in types)


def _one(text: str, types: Iterable[str]) -> JsonValue:
    wanted = set(types)
    if wanted & {"integer", "number"}:
        for number in (int, float):
            try:
                return number(text)
            except ValueError:
                continue
    if "boolean" in wanted and text in ("true", "false"):
        return _WORDS[text]
    return None if "null" in wanted and text in ("", "null") else text


def _explodes(parameter: Mapping[str, Any]) -> bool:
    """Whether a list comes as its name several times, as in `?tag=a&tag=b`."""
    style = parameter.get("style", "form" if parameter.get("in") in ("query", "cookie") else "simple")
    return bool(parameter.get("explode", style == "form")) and style == "form"


def _parts(text: str, parameter: Mapping[str, Any]) -> list[str]:
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(str(parameter.get("style")), ",")
    return text.split(separator) if text else []
