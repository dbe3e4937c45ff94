"""The values a run knows, and what they look like to people who must not see them."""

from collections.abc import Mapping, Sequence

#: Anything JSON can say.
JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

#: What stands where a secret stood.
MASK = "***"
