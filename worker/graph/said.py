"""What is said about tests that cannot be put in order."""

from collections.abc import Collection, Iterable, Sequence

from context.capture import CaptureTarget
from context.functions import FUNCTION_NAMES
from context.paths import ROOTS, format_path, near_names
from worker.graph.names import Index, place_of_capture
from worker.models.dependency import NameUse
from worker.models.problem import Location, Problem, ProblemKind, Related, line_of
from worker.models.suite import Suite, Test

#: How many names a hint lists.
_LONGEST_LIST = 8


class Said:
    """Makes the problems of one suite's tests, each with the user's own line."""

    def __init__(self, suite: Suite, index: Index) -> None:
        self._suite = suite
        self._index = index

    def unknown_test(self, name: str, where: Location) -> Problem:
        """A test that is not there."""
        if "/" in name:
            return self._unknown_elsewhere(name, where)
        what = f"{name!r} is not a test in this suite"
        meant = near_names(name, self._suite.tests) or near_names(_plain(name), self._suite.tests)
        if meant:
            return self._problem(ProblemKind.UNKNOWN_TEST, what, where, f"did you mean {meant[0]!r}?")
        elsewhere = [test.name for test in self._index.tests.values() if test.key == name]
        hint = f"did you mean {elsewhere[0]!r}?" if elsewhere else _one_of(self._suite.tests)
        return self._problem(ProblemKind.UNKNOWN_TEST, what, where, hint)

    def _unknown_elsewhere(self, name: str, where: Location) -> Problem:
        suite_key, _, key = name.partition("/")
        suite = self._index.suites.get(suite_key)
        if suite is None:
            what = f"there is no suite {suite_key!r}"
            near = near_names(suite_key, self._index.suites)
            hint = f"did you mean '{near[0]}/{key}'?" if near else "is its file among those that are read?"
        else:
            what = f"the suite {suite_key!r} has no test {key!r}"
            near = near_names(key, suite.tests)
            hint = f"did you mean '{suite_key}/{near[0]}'?" if near else _one_of(suite.tests) or ""
        return self._problem(ProblemKind.UNKNOWN_TEST, what, where, hint or None)

    def needs_itself(self, test: Test, where: Location) -> Problem:
        """A test that waits for itself."""
        what = f"{test.key!r} cannot wait for itself"
        return self._problem(ProblemKind.SELF_DEPENDENCY, what, where, "remove it, or name another test")

    def which_row(
        self, name: str, rows: Sequence[Test], rest: Sequence[str | int], where: Location
    ) -> Problem:
        """`captured_data.X.name` where X is one test for each of its rows."""
        shown = [self._shown(row) for row in rows]
        path = format_path(("captured_data", shown[0], *rest[:1]))
        what = f"{name!r} has rows, and each of them captures its own: {_some(shown)}"
        return self._problem(ProblemKind.UNKNOWN_TEST, what, where, f"say which one: {path}")

    def captures_no_such(self, test: Test, name: str, where: Location) -> Problem:
        """`captured_data.X.name` where X captures no such name."""
        names = [rule.name for rule in test.captures]
        hint = _near_or_list(name, names, few="it captures") or f"{test.key!r} captures nothing"
        what = f"the test {self._shown(test)!r} captures no {name!r}"
        return self._problem(ProblemKind.UNKNOWN_NAME, what, where, hint)

    def no_such_token(self, name: str, use: NameUse, *, own: bool) -> Problem:
        """A token that nobody produces."""
        if own:
            return self.too_late(f"the token {name!r}", use)
        names = self._index.names_captured(CaptureTarget.TOKEN)
        hint = (
            _near_or_list(name, names, few="tokens are") or "capture it in a test, under 'capture: tokens:'"
        )
        what = f"no test captures the token {name!r}"
        return self._problem(ProblemKind.UNKNOWN_NAME, what, use.where, hint)

    def too_late(self, name: str, use: NameUse) -> Problem:
        """What only the test itself captures. A test captures last, and only when it passed."""
        what = f"only this test captures {name}, and it needs it before"
        return self._problem(ProblemKind.UNKNOWN_NAME, what, use.where, _earlier(use))

    def not_given(self, name: str, kind: str, known: Collection[str], where: Location) -> Problem:
        """`env.X` or `secrets.X` that the environment does not have."""
        near = near_names(name, known)
        how = f"add it to the environment; a local run also takes BATON_VAR_{name.upper()}"
        if kind == "secret":
            how = f"give it with {_ways_for(name)}; for runs of a project: baton secret set {name}"
        hint = f"did you mean {near[0]!r}?" if near else how
        what = f"the environment has no {kind} {name!r}"
        return self._problem(ProblemKind.UNKNOWN_NAME, what, where, hint)

    def no_such_service(
        self, name: str, known: Collection[str], where: Location, *, is_chosen: bool
    ) -> Problem:
        """A service that the environment does not have; where none `is_chosen`, none of all."""
        few = "it has" if is_chosen else "they have"
        hint = _near_or_list(name, known, few=few) or "add it to the environment, under 'services'"
        of_whom = "the environment has no" if is_chosen else "no environment of these suites has the"
        return self._problem(ProblemKind.UNKNOWN_NAME, f"{of_whom} service {name!r}", where, hint)

    def no_such_credential(self, name: str, where: Location) -> Problem:
        """A credential that nobody has given to a run on this machine."""
        hint = f"give it with {_ways_for(name)}: a token, or JSON as under 'auth'"
        return self._problem(ProblemKind.UNKNOWN_NAME, f"there is no credential {name!r}", where, hint)

    def unknown_name(self, name: str, use: NameUse, *, known: Collection[str], own: bool) -> Problem:
        """A bare name that nothing provides."""
        if own:
            return self.too_late(repr(name), use)
        where = use.where
        what = f"nothing provides {name!r}"
        if name in FUNCTION_NAMES:
            return self._problem(ProblemKind.UNKNOWN_NAME, what, where, f"call the function: {name}()")
        captured = self._index.names_captured(CaptureTarget.VARIABLE)
        near = near_names(name, [*known, *self._suite.variables, *captured, "base_url", *ROOTS])
        hint = f"did you mean {near[0]!r}?" if near else self._where_else(name)
        return self._problem(ProblemKind.UNKNOWN_NAME, what, where, hint)

    def _where_else(self, name: str) -> str:
        """A name that is captured, but not as a variable, else how to provide one."""
        for test in self._suite.tests.values():
            for rule in test.captures:
                if rule.name == name:
                    is_token = rule.target is CaptureTarget.TOKEN
                    path = f"tokens.{name}" if is_token else f"captured_data.{test.key}.{name}"
                    return f"write {path}"
        if name in self._suite.tests:
            return f"what that test captures stands under captured_data.{name}"
        return "capture it as a variable, or give it with --var or in 'variables:'"

    def ambiguous(
        self, target: CaptureTarget, name: str, producers: Sequence[Test], where: Location
    ) -> Problem:
        """One name that several tests capture."""
        shown = [self._shown(test) for test in producers]
        what = f"several tests capture the {target.value} {name!r}: {_some(shown)}"
        # Tests of one table capture at one place.
        different = {(test.suite, test.row_of or test.key): test for test in reversed(producers)}
        notes = [self._producer(test, target, name) for test in reversed(different.values())]
        return Problem(
            kind=ProblemKind.AMBIGUOUS_PRODUCER,
            what=what,
            where=where,
            text=self._suite.line_at(where),
            hint=f"say which one with 'needs: [{_in_yaml(shown[0])}]', or give them different names",
            related=tuple(notes[:_LONGEST_LIST]),
        )

    def _producer(self, test: Test, target: CaptureTarget, name: str) -> Related:
        where = place_of_capture(test, target, name)
        text = line_of(self._index.sources.get(where.path, ""), where.line)
        return Related(where=where, text=text, note=f"captured by {self._shown(test)}")

    def _shown(self, test: Test) -> str:
        """A test as this suite's file names it."""
        return test.key if test.suite == self._suite.key else test.name

    def _problem(self, kind: ProblemKind, what: str, where: Location, hint: str | None) -> Problem:
        text = self._suite.line_at(where)
        return Problem(kind=kind, what=what, where=where, text=text, hint=hint)


def _ways_for(secret: str) -> str:
    """How a person gives a secret to a run of his own. No variable of a process can be called otherwise,
    and BATON_SECRET_KEY is a worker's own."""
    can_be_variable = secret.isidentifier() and secret.isascii() and secret.lower() != "key"
    return f"BATON_SECRET_{secret.upper()} or --secrets-file" if can_be_variable else "--secrets-file"


def _earlier(use: NameUse) -> str:
    """What to do about a value that comes too late; a default header need not be sent at all."""
    part, _, header = use.field.partition(".")
    if part != "headers":
        return "capture it in an earlier test"
    return f"capture it in an earlier test, or send no such header: 'headers: {{ {header}: null }}'"


def _in_yaml(name: str) -> str:
    return f'"{name}"' if "[" in name else name


def _some(names: Sequence[str]) -> str:
    more = len(names) - _LONGEST_LIST
    return ", ".join(names[:_LONGEST_LIST]) + (f" and {more} more" if more > 0 else "")


def _plain(name: str) -> str:
    return name.replace(" ", "-")


def _one_of(names: Iterable[str]) -> str | None:
    known = list(names)
    return f"one of: {', '.join(known)}" if 0 < len(known) <= _LONGEST_LIST else None


def _near_or_list(name: str, names: Iterable[str], *, few: str) -> str | None:
    known = list(names)
    near = near_names(name, known)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"{few} {', '.join(known)}" if 0 < len(known) <= _LONGEST_LIST else None
