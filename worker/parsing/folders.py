"""Which files are meant by the paths that a person gives, and what is wrong with all of them together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from worker.errors import SuiteError
from worker.files import LocalFiles
from worker.models.problem import Location, Problem, ProblemKind, Related, line_of
from worker.models.suite import Suite
from worker.parsing.file_paths import missing_files
from worker.parsing.load import read_suite
from worker.parsing.named_documents import unusable_documents
from worker.parsing.reading import Reading, in_order_of_files
from worker.parsing.search import SUFFIXES, suite_files
from worker.parsing.source import Source, read_source

Check = Callable[[Sequence[Suite]], Iterable[Problem]]


def load_suites(paths: Iterable[Path], *, check: Check | None = None) -> tuple[Suite, ...]:
    """All suites of these files and folders. Raises SuiteError with the problems of all files.

    `check` looks at all suites together (worker.graph.find_problems); what it finds is reported with
    the rest, so that a person sees everything at once.
    """
    reading = read_suites(paths)
    found = tuple(check(reading.suites)) if check is not None else ()
    problems = reading.problems_with(found)
    if problems:
        raise SuiteError(problems)
    return reading.suites


def read_suites(paths: Iterable[Path]) -> Reading:
    """All suites of these files and folders, as far as they can be read, and all problems."""
    suites: list[Suite] = []
    problems: list[Problem] = []
    files: list[str] = []
    paths = list(paths)
    local = LocalFiles(*folders_of(paths))
    for source in _sources(paths):
        files.append(source.path)
        suite = read_suite(source, local)
        problems.extend(source.problems)
        if suite is not None:
            suites.append(suite)
    problems.extend(_duplicates(suites))
    problems.extend(missing_files(suites, local, known=problems))
    problems.extend(unusable_documents(suites, local))
    return Reading(suites=tuple(suites), problems=in_order_of_files(problems, files), paths=tuple(files))


def folders_of(paths: Iterable[Path]) -> list[Path]:
    """The folders of a run: those that were given, and those of the files that were given."""
    return [path if path.is_dir() else path.parent for path in paths]


def _sources(paths: Iterable[Path]) -> Iterator[Source]:
    seen: set[Path] = set()
    for path in paths:
        for source in _of_folder(path) if path.is_dir() else [read_source(path)]:
            resolved = Path(source.path).resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield source


def _of_folder(folder: Path) -> Iterator[Source]:
    found = [read_source(path) for path in suite_files(folder)]
    return iter(found or [_without_suite(folder)])


def _without_suite(folder: Path) -> Source:
    source = Source(str(folder), "")
    source.add(
        ProblemKind.CANNOT_READ,
        "there is no suite in this folder",
        source.location(1, 1),
        hint=f"a suite is a file that ends in {', '.join(SUFFIXES)} and has the key 'suite'",
    )
    return source


def _duplicates(suites: Sequence[Suite]) -> Iterator[Problem]:
    first: dict[str, Suite] = {}
    for suite in suites:
        other = first.setdefault(suite.key, suite)
        if other is not suite:
            yield Problem(
                kind=ProblemKind.DUPLICATE_SUITE,
                what=f"another suite has the key {suite.key!r} already: {other.path}",
                where=suite.where,
                text=line_of(suite.source, suite.where.line),
                hint="give one of them another title, or a 'key:' of its own",
                related=(_first_of_two(other),),
            )


def _first_of_two(suite: Suite) -> Related:
    where: Location = suite.where
    return Related(where=where, text=line_of(suite.source, where.line), note="the first one")
