"""`use:` and `with:` — parts of tests that several tests share, in this file or in another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from worker.errors import FileUnreadable
from worker.files import Files
from worker.models.file import FileUse
from worker.models.problem import Location, ProblemKind, Related
from worker.parsing.binding import MOST_LEVELS, bind, is_deep
from worker.parsing.compose import compose
from worker.parsing.file_paths import below
from worker.parsing.merging import merge
from worker.parsing.mistake import Mistake
from worker.parsing.names import read_template_name
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source
from worker.parsing.suggest import hint_for
from worker.parsing.tree import build_tree
from worker.parsing.uses import find_uses

#: How many templates may use one another.
_LONGEST_CHAIN = 10


@dataclass(frozen=True, slots=True)
class Used:
    """What a place is together with its templates: `parameters` by name, the outermost first.

    `is_whole` is False if a template was not there, or lacks a parameter: what it would have said is
    unknown then.
    """

    place: Place
    parameters: Mapping[str, Place] = field(default_factory=dict)
    is_whole: bool = True


class _Shelf(NamedTuple):
    """The templates of one file."""

    source: Source
    templates: Mapping[str, Place]


class Templates:
    """The templates that the tests of one file can use. `borrowed` are the files that they have used."""

    def __init__(self, place: Place | None, source: Source, files: Files) -> None:
        self._source = source
        self._files = files
        self._own = _Shelf(source, place.keyed() if place is not None else {})
        self._others: dict[str, _Shelf | None] = {}

    @property
    def borrowed(self) -> Mapping[str, str]:
        """The texts of other files, by path."""
        shelves = [shelf for shelf in self._others.values() if shelf is not None]
        return {shelf.source.path: shelf.source.text for shelf in shelves}

    def apply(self, place: Place) -> Used:
        """The place with what its templates say put in. What it says itself goes before them."""
        used = self._apply(place, self._own, ())
        if used.is_whole and is_deep(used.place):
            use = place.find(("use",)).location(self._source)
            what = f"with its templates this is nested deeper than {MOST_LEVELS} levels"
            self._source.add(ProblemKind.BAD_VALUE, what, use, hint="write it with fewer levels")
            return Used(place.with_children({}), is_whole=False)
        return used

    def _apply(self, place: Place, shelf: _Shelf, chain: tuple[str, ...]) -> Used:
        keys = place.keyed()
        own = place.with_children({key: part for key, part in keys.items() if key not in ("use", "with")})
        found = self._find(keys["use"], shelf)
        if found is None or self._goes_round(keys["use"], found[0], chain):
            return Used(own, is_whole=False)
        name, template, its_shelf = found
        given = self._parameters(keys, template, name)
        if given is None:
            return Used(own, is_whole=False)
        body = bind(_body(template), {"params": template.with_children(dict(given))})
        # What is put into what is put in could grow without end; apply() says so.
        if "use" not in body.keyed() or is_deep(body):
            return Used(merge(body, own), given)
        inner = self._apply(_with_bound(body, given, template), its_shelf, (*chain, name))
        return Used(merge(inner.place, own), {**given, **inner.parameters}, inner.is_whole)

    def _goes_round(self, use: Place, name: str, chain: tuple[str, ...]) -> bool:
        """Whether the way from template to template comes back to one, or is too long; if so, noted."""
        if name in chain:
            self._cycle(use, (*chain[chain.index(name) :], name))
        elif len(chain) >= _LONGEST_CHAIN:
            what = f"more than {_LONGEST_CHAIN} templates use one another here"
            where = use.location(self._source)
            self._source.add(ProblemKind.BAD_VALUE, what, where, hint="put some of them together")
        else:
            return False
        return True

    def _find(self, use: Place, shelf: _Shelf) -> tuple[str, Place, _Shelf] | None:
        """The template's full name, the template, and the shelf it stands on."""
        try:
            written = read_template_name(use.data)
        except Mistake as mistake:
            note(self._source, use, mistake)
            return None
        path, _, name = written.rpartition("#")
        holder = self._shelf_of(path, use, shelf) if path else shelf
        if holder is None:
            return None
        template = holder.templates.get(name)
        if template is None or not isinstance(template.children, dict):
            self._unknown(use, name, holder)
            return None
        return f"{holder.source.path}#{name}", template, holder

    def _unknown(self, use: Place, name: str, shelf: _Shelf) -> None:
        known = list(shelf.templates)
        place = "in this file" if shelf is self._own else f"in {shelf.source.path}"
        hint = hint_for(name, known, otherwise="write it under 'templates:'") if known else None
        self._source.add(
            ProblemKind.UNKNOWN_NAME,
            f"there is no template {name!r} {place}",
            use.location(self._source),
            hint=hint or "write it under 'templates:'",
        )

    def _shelf_of(self, written: str, use: Place, shelf: _Shelf) -> _Shelf | None:
        path = below(shelf.source.path, written)
        if path not in self._others:
            self._others[path] = self._read(path, use)
        return self._others[path]

    def _read(self, path: str, use: Place) -> _Shelf | None:
        where = use.location(self._source)
        try:
            data = self._files.read(path)
            text = data.decode("utf-8")
        except FileUnreadable as error:
            self._source.add(ProblemKind.CANNOT_READ, f"{path}: {error.what}", where, hint=error.hint)
            return None
        except UnicodeDecodeError:
            self._source.add(
                ProblemKind.CANNOT_READ, f"{path} is not text in UTF-8", where, hint="save it as UTF-8"
            )
            return None
        self._source.files.append(FileUse(path, where))
        return self._shelved(Source(path, text))

    def _shelved(self, other: Source) -> _Shelf:
        node = compose(other)
        place = build_tree(other, node, elsewhere=True) if node is not None else None
        self._source.problems.extend(other.problems)
        found = place.child("templates") if place is not None else None
        return _Shelf(other, found.keyed() if found is not None else {})

    def _cycle(self, use: Place, chain: tuple[str, ...]) -> None:
        shown = " → ".join(name.rpartition("#")[2] for name in chain)
        self._source.add(
            ProblemKind.CYCLE,
            f"these templates use each other: {shown}",
            use.location(self._source),
            hint="a template cannot be a part of itself",
        )

    def _parameters(self, keys: Mapping[str, Place], template: Place, name: str) -> dict[str, Place] | None:
        """What the template's parameters are here; None if one is missing."""
        given = dict(keys["with"].keyed()) if "with" in keys else {}
        defaults = template.child("params")
        # What is given comes first: a default may be made of it.
        values = {**given}
        for parameter, value in (defaults.keyed() if defaults is not None else {}).items():
            values.setdefault(parameter, value)
        wanted = dict(_wanted(template, self._source))
        short = name.rpartition("#")[2]
        for extra in given.keys() - wanted.keys():
            self._source.add(
                ProblemKind.UNKNOWN_KEY,
                f"the template {short!r} has no parameter {extra!r}",
                given[extra].key_location(self._source),
                hint=hint_for(extra, list(wanted), otherwise="it has none") if wanted else "it has none",
            )
        missing = [parameter for parameter in wanted if parameter not in values]
        for parameter in missing:
            self._missing(keys["use"], short, parameter, wanted[parameter], template)
        return None if missing else values

    def _missing(self, use: Place, name: str, parameter: str, where: Location, template: Place) -> None:
        text = template.home(self._source).line(where.line)
        self._source.add(
            ProblemKind.MISSING_KEY,
            f"the template {name!r} needs the parameter {parameter!r}",
            use.location(self._source),
            hint=f"write with: {{ {parameter}: … }}",
            related=(Related(where=where, text=text, note="it is used here"),),
        )


def _wanted(template: Place, source: Source) -> Iterator[tuple[str, Location]]:
    """The parameters that a template uses, and where."""
    quiet = Source(source.path, source.text)
    quiet.parsed = source.parsed
    seen: set[str] = set()
    for use in find_uses(_body(template), "", quiet):
        if use.path[0] == "params" and len(use.path) > 1 and not use.optional and use.path[1] not in seen:
            seen.add(str(use.path[1]))
            yield str(use.path[1]), use.where


def _body(template: Place) -> Place:
    if template.child("params") is None:
        return template
    return template.with_children({key: part for key, part in template.keyed().items() if key != "params"})


def _with_bound(body: Place, given: Mapping[str, Place], template: Place) -> Place:
    """The body whose own `with:` has the outer parameters in it, templates and all."""
    keys = dict(body.keyed())
    if "with" not in keys:
        return body
    keys["with"] = bind(keys["with"], {"params": template.with_children(dict(given))}, whatever=True)
    return body.with_children(keys)
