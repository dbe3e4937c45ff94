"""Files into a project's tables: suites, tests, edges, and a version of each file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from context.values import JsonValue
from worker.database import Database
from worker.database.clean import clean, clean_text
from worker.models.graph import Dependency
from worker.models.suite import Suite
from worker.project.document import Document, suite_document
from worker.project.edges import pushed_edges
from worker.project.files import NamedFiles, as_sent
from worker.records.base import read_answer
from worker.records.projects import PushAnswer

#: Suites that name none.
NO_FILES = NamedFiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedSuite:
    """What a push made of one suite. `replaced_edits`: what was edited in place since is gone with it."""

    key: str
    version: int
    changed: bool
    replaced_edits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push did. `removed` are the keys of suites that are gone."""

    suites: tuple[PushedSuite, ...]
    removed: tuple[str, ...]


async def push(
    database: Database, project_id: str, document: Document, *, files: NamedFiles = NO_FILES
) -> Pushed:
    """Make the project's suites what the document says: all of it, or nothing. What the project does not
    have yet of the files goes along. Raises Refused, and UsageError for files that are too much."""
    document = {**document, "contents": await _new_contents(database, project_id, files)}
    row = await database.call("push_suites", p_project_id=project_id, p_push=document)
    answer = read_answer(PushAnswer, row, what="push_suites")
    return Pushed(
        suites=tuple(
            PushedSuite(
                key=suite.key,
                version=suite.version,
                changed=suite.changed,
                replaced_edits=suite.replaced_edits,
            )
            for suite in answer.suites
        ),
        removed=answer.removed,
    )


async def _new_contents(database: Database, project_id: str, files: NamedFiles) -> dict[str, JsonValue]:
    if not files.contents:
        return {}
    missing = await database.call(
        "find_missing_contents", p_project_id=project_id, p_hashes=sorted(files.contents)
    )
    return {**as_sent(files.contents, [str(digest) for digest in missing])}


async def uncalled_endpoints(database: Database, project_id: str) -> tuple[str, ...]:
    """The endpoints of a project that no test calls, as `GET /path`; of a great many, the first thousand."""
    query = (
        database.table("endpoint_coverage")
        .select("method,path,operation_id")
        .eq("project_id", project_id)
        .eq("tests", 0)
        .order("path")
        .order("method")
    )
    rows = await database.read(query, what="endpoint_coverage")
    return tuple(" ".join(filter(None, (row["method"], row["path"], row["operation_id"]))) for row in rows)


def push_document(
    suites: Sequence[Suite],
    dependencies: Iterable[Dependency],
    *,
    prune: bool = False,
    files: NamedFiles = NO_FILES,
) -> Document:
    """What push_suites takes: these suites with their edges, and the files they name. `prune` removes all
    others."""
    return {
        # A file may ask for characters that the database cannot hold, such as "\\0" in a body. Runs
        # read the file as it is; the tables show something else in their place.
        "suites": [clean(suite_document(suite, files.of.get(suite.key, {}))) for suite in suites],
        "dependencies": [
            {
                "dependent": edge.dependent,
                "required": edge.required,
                "type": edge.kind.value,
                "declared": is_declared,
                "reasons": [clean_text(reason) for reason in edge.reasons],
            }
            for edge, is_declared in pushed_edges(suites, dependencies)
        ],
        "prune": prune,
    }
