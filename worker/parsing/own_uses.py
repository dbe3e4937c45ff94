"""The names that one test needs of others; those of its row and its template must be there."""

from collections.abc import Iterator, Sequence

from worker.models.dependency import NameUse
from worker.models.problem import ProblemKind
from worker.parsing.around import Around
from worker.parsing.place import Place
from worker.parsing.rows import Row
from worker.parsing.steps import OwnNames, ReadStep, parameter_uses, template_uses
from worker.parsing.templates import Used
from worker.parsing.uses import find_uses


class OwnUses:
    """Finds the names of one test, and notes those that nothing gives."""

    def __init__(self, key: str, place: Place, used: Used, row: Row | None, around: Around) -> None:
        """`key` is the test's own, with that of its row."""
        self._key = key
        self._row_of = key.removesuffix(f"[{row.identity}]") if row is not None else None
        self._place = place
        self._used = used
        self._row = row
        self._around = around
        self._source = around.source

    def split(
        self, steps: Sequence[ReadStep], undo: Sequence[ReadStep]
    ) -> tuple[list[NameUse], list[NameUse]]:
        """The names that the test needs of others, and those that only its undo needs."""
        suite, key = self._around.suite, self._key
        own = OwnNames((key, self._row_of or key, f"{suite}/{key}"))
        found = [use for use in self._uses_of_test() if self._is_of_others(use, own)]
        for each in steps:
            found += [use for use in each.uses if self._is_of_others(use, own)]
            own.add(each.step)
        undone = [use for each in undo for use in each.uses if self._is_of_others(use, own)]
        return found, undone

    def _uses_of_test(self) -> Iterator[NameUse]:
        if "steps" in self._place.keyed():
            yield from template_uses(self._place, "", self._source)
        yield from self._around.default_uses.of_retries(self._place)
        yield from parameter_uses(self._used, self._source)
        if self._row is not None:
            yield from find_uses(self._row.place, "rows", self._source)

    def _is_of_others(self, use: NameUse, own: OwnNames) -> bool:
        if use.path[0] == "row":
            self._check_row(use)
            return False
        if use.path[0] == "params":
            self._check_parameter(use)
            return False
        return not own.has(use.path)

    def _check_parameter(self, use: NameUse) -> None:
        if use.optional or use.path[1:2] in [(name,) for name in self._used.parameters]:
            return
        name = f"params.{use.path[1]}" if len(use.path) > 1 else "params"
        what, hint = f"nothing gives {name!r}", "a template has parameters: 'use:' one and give it 'with:'"
        self._source.add(ProblemKind.UNKNOWN_NAME, what, use.where, hint=hint)

    def _check_row(self, use: NameUse) -> None:
        name = use.path[1] if len(use.path) > 1 else None
        values = self._row.place.keyed() if self._row is not None else {}
        if use.optional or (self._row is not None and (name is None or name in values)):
            return
        what = (
            "this test has no rows"
            if self._row is None
            else f"the row {self._row.identity!r} has no {name!r}"
        )
        hint = (
            "write 'rows:' with a list of mappings" if self._row is None else f"it has: {', '.join(values)}"
        )
        self._source.add(ProblemKind.UNKNOWN_NAME, what, use.where, hint=hint)
