"""The names that a request needs for what it leaves to its suite, and for whom it goes to and comes from."""

from collections.abc import Iterable, Iterator

from worker.models.dependency import NameUse
from worker.parsing.document_request import DEFAULT_TEMPLATES
from worker.parsing.place import Place
from worker.parsing.source import Source
from worker.parsing.uses import ANSWER_NAMES, find_uses


def service_uses(place: Place, source: Source) -> Iterator[NameUse]:
    """The service that a test, a step or the defaults at this place need."""
    said = place.child("service")
    if said is not None and isinstance(said.data, str):
        yield NameUse(path=("services", said.data), field="service", where=said.location(source))


def credential_uses(place: Place, source: Source) -> Iterator[NameUse]:
    """The credential that a test, a step or the defaults at this place need."""
    auth = place.child("auth")
    # A place that is not there is not found by its parent: `auth: none` names no credential.
    said = auth.child("credential") if auth is not None else None
    if said is not None and isinstance(said.data, str):
        yield NameUse(path=("credentials", said.data), field="auth.credential", where=said.location(source))


class DefaultUses:
    """The names that the suite's `defaults` need, for the tests that do not say those things themselves."""

    def __init__(self, defaults: Place | None, source: Source) -> None:
        said = defaults.keyed() if defaults is not None else {}
        headers = said["headers"].keyed() if "headers" in said else {}
        self._headers = {
            name: tuple(find_uses(value, f"headers.{name}", source)) for name, value in headers.items()
        }
        self._others = {
            key: tuple(find_uses(said[key], key, source)) for key in DEFAULT_TEMPLATES if key in said
        }
        if defaults is not None and "auth" in said:
            self._others["auth"] += tuple(credential_uses(defaults, source))
        self._service = tuple(service_uses(defaults, source)) if defaults is not None else ()
        when = said["retries"].child("when") if "retries" in said else None
        self._retries = tuple(find_uses(when, "retries.when", source, own=ANSWER_NAMES)) if when else ()

    def of(self, place: Place) -> Iterator[NameUse]:
        """What the test or the step at this place needs because of the defaults."""
        said = place.keyed()
        own = {name.lower() for name in said["headers"].keyed()} if "headers" in said else set()
        for name, uses in self._headers.items():
            if name.lower() not in own:
                yield from uses
        for key, uses in self._others.items():
            if key not in said and not (key == "auth" and ("service" in said or self._service)):
                yield from uses
        if "service" not in said:
            yield from self._service

    def of_retries(self, place: Place) -> Iterable[NameUse]:
        """What the test at this place needs to know whether it is tried again."""
        return () if "retries" in place.keyed() else self._retries
