"""Values that Postgres can store: JSON in Python allows more than jsonb does."""

import math
import re
from collections.abc import Mapping, Sequence

from context.values import JsonValue

#: Characters that jsonb refuses: NUL, and halves of surrogate pairs.
_REFUSED = re.compile("[\x00\ud800-\udfff]")

#: What stands where such a character stood.
_INSTEAD = "\ufffd"


def clean(value: JsonValue) -> JsonValue:
    """The same value with everything replaced that jsonb refuses.

    A response may hold any bytes; one NUL in it must not cost a whole batch. Numbers that JSON does
    not have (NaN, infinities) become their names.
    """
    # Nearly everything is a scalar; asking what is a Mapping, or a Sequence, takes far longer.
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {clean_text(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [clean(item) for item in value]
    return value


def clean_text(text: str) -> str:
    """The same text with every refused character replaced."""
    if text.isascii() and "\0" not in text:
        return text
    return _REFUSED.sub(_INSTEAD, text) if _REFUSED.search(text) else text
