"""The functions that templates may call. docs/templates.md shows each of them at work.

What is random comes from a seed and the test's name, so a run with a seed repeats itself whatever
the order in which its tests happen to run. Time comes in through a callable.
"""

import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, cast

from context.errors import TemplateError
from context.limits import bounded_range
from context.moments import format_moment, parse_offset, parse_zone, shifted
from context.values import JsonValue

if TYPE_CHECKING:
    from random import Random

Now = Callable[[], datetime]

#: The longest text that random_string() makes.
MAX_RANDOM_CHARACTERS = 100_000

#: Sets of characters that random_string() knows by name.
ALPHABETS = {
    "alphanumeric": string.ascii_letters + string.digits,
    "letters": string.ascii_letters,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "digits": string.digits,
    "hex": "0123456789abcdef",
}


def system_now() -> datetime:
    """The moment, by the machine's clock."""
    return datetime.now(UTC)


class Functions:
    """The functions as one test sees them. `place` is the test's name: it varies the seed."""

    def __init__(self, *, seed: int | str | None = None, place: str = "", now: Now = system_now) -> None:
        self._seed = seed
        self._place = place
        self._now = now

    @cached_property
    def _random(self) -> "Random":
        from random import Random

        return Random(None if self._seed is None else f"{self._seed}\n{self._place}")

    @cached_property
    def by_name(self) -> Mapping[str, Callable[..., object]]:
        """Each function by the name that templates call it by."""
        return {name: getattr(self, name) for name in (*FUNCTION_NAMES, FAKE)}

    def now(self, offset: str = "", format: str = "iso", *, zone: str = "UTC") -> str | int:
        """The moment, moved by `offset`, in `zone`."""
        moment = self._now().astimezone(parse_zone(zone))
        return format_moment(shifted(moment, parse_offset(offset)), format)

    def today(self, offset: str = "", format: str = "date", *, zone: str = "UTC") -> str | int:
        """The day, moved by `offset`, in `zone`."""
        return self.now(offset, format, zone=zone)

    def timestamp(self, offset: str = "", *, unit: str = "s") -> int:
        """Unix time as a whole number: `unit` is `s` or `ms`."""
        if unit not in ("s", "ms"):
            raise TemplateError("timestamp() knows the units 's' and 'ms'")
        moment = shifted(self._now(), parse_offset(offset))
        return int(moment.timestamp() * (1000 if unit == "ms" else 1))

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        from uuid import UUID

        return str(UUID(int=self._random.getrandbits(128), version=4))

    def random_int(self, low: int = 0, high: int = 1_000_000) -> int:
        """A whole number from `low` to `high`, both included."""
        if low > high:
            raise TemplateError("random_int(low, high): low is above high")
        return self._random.randint(low, high)

    def random_string(self, length: int = 12, alphabet: str = "alphanumeric") -> str:
        """A text of `length` characters from an alphabet: by name, or the characters themselves."""
        characters = ALPHABETS.get(alphabet, alphabet)
        if not 0 <= length <= MAX_RANDOM_CHARACTERS or not characters:
            raise TemplateError(f"random_string() makes 0 to {MAX_RANDOM_CHARACTERS:,} characters")
        return "".join(self._random.choices(characters, k=length))

    def random_choice(self, choices: Sequence[JsonValue]) -> JsonValue:
        """One element of a list."""
        if not isinstance(choices, list | tuple) or not choices:
            raise TemplateError("random_choice() needs a list with at least one element")
        return cast(JsonValue, self._random.choice(choices))

    def fake(self, name: str, *arguments: object, locale: str = "en_US", **named: object) -> JsonValue:
        """What Faker makes up: `fake.email()` is this with the name `email`."""
        from context.fakes import make_fake

        return make_fake(name, *arguments, random=self._random, locale=locale, **named)

    def range(self, *bounds: int) -> list[int]:
        """Whole numbers, as in Python."""
        return bounded_range(*bounds)


#: What stands before the name of something made up: `fake.email()`.
FAKE = "fake"

#: What templates may call: the public methods above.
FUNCTION_NAMES = (
    "now",
    "random_choice",
    "random_int",
    "random_string",
    "range",
    "timestamp",
    "today",
    "uuid",
)
