"""What a test needs of other tests, as it was written or as its templates say."""

from dataclasses import dataclass
from enum import StrEnum

from worker.models.problem import Location


class DependencyKind(StrEnum):
    """How strongly a test depends on another; the strongest kind of a pair counts."""

    ORDER = "order"  # starts after the other has finished, whatever its verdict
    DATA = "data"  # uses something of the other, which must have passed
    TOKEN = "token"  # uses an authentication token of the other, which must have passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A test named under `needs:` (kind data: it must pass) or `after:` (kind order).

    `name` is as written: a key of this suite, or `other-suite/test`. `implied`: nobody wrote it, it
    follows from the suite's hooks.
    """

    name: str
    kind: DependencyKind
    where: Location
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse:
    """A name that a template of a test needs, such as `captured_data.login.user_id`.

    `path` is the name taken apart: ("captured_data", "login", "user_id"); list positions are ints.
    `field` is where in the test it stands, such as `json.product_id`. `optional`: the template says
    itself what happens without it.
    """

    path: tuple[str | int, ...]
    field: str
    where: Location
    optional: bool = False
