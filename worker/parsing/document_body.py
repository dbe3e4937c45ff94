"""The file format: what a request carries."""

from typing import Any

from worker.errors import RequestError
from worker.models.request import Part
from worker.parsing.document_values import ANYTHING, TEXT, WORDS
from worker.parsing.file_paths import FILE
from worker.parsing.http_values import read_form_value, read_scalar
from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.place import Place
from worker.parsing.plain_values import read_anything, read_words, whole_number
from worker.parsing.readers import MappingOf, Reader, Schema, Value, note
from worker.parsing.schema_parts import FORM_VALUE
from worker.parsing.shape import Key, Shape
from worker.parsing.source import Source

_HOW = "write for example { avatar: { file: cat.png }, title: My cat }"

_TYPE = Key(WORDS, "The content type. Without it: by the file's ending.", examples=("image/png",))

PART = Shape(
    name="a part",
    title="Part",
    description="One part of a multipart body: a text, or a file.",
    example="file: cat.png",
    one_of=("file", "text"),
    one_of_hint="write for example { file: cat.png }",
    keys={
        "name": Key(WORDS, "The part's name, where the parts are a list.", examples=("avatar",)),
        "file": Key(FILE, "A file, from the folder of this one.", examples=("files/cat.png",)),
        "text": Key(TEXT, "A text, with templates inside.", examples=("A picture of {{ env.name }}",)),
        "filename": Key(
            WORDS, "The name that the file is sent under. Without it: its own.", examples=("cat.png",)
        ),
        "type": _TYPE,
    },
)


class _FileBody(Reader):
    """A file as the whole body: its path, or a mapping of path and type."""

    def read(self, place: Place, source: Source) -> Part:
        """The file, as a part without a name."""
        if place.children is None:
            return Part(file=FILE.read(place, source))
        read = FILE_BODY.read(place, source)
        return Part(file=read.get("path", ""), content_type=read.get("type"))

    def schema(self) -> Schema:
        """A path, or a mapping."""
        return {"anyOf": [FILE.schema(), FILE_BODY.schema()]}


FILE_BODY = Shape(
    name="'file'",
    title="FileBody",
    description="A file as the whole body.",
    example="path: files/cat.png",
    keys={
        "path": Key(FILE, "The file, from the folder of this one.", required=True, examples=("cat.png",)),
        "type": _TYPE,
    },
)


class _Parts(Reader):
    """The parts of a multipart body: by name, or a list of parts that have their names inside."""

    def read(self, place: Place, source: Source) -> tuple[Part, ...]:
        """The parts that could be read."""
        if isinstance(place.children, dict):
            named = [
                (name, each)
                for name, child in place.children.items()
                for each in (child.listed() if isinstance(child.children, list) else [child])
            ]
        elif isinstance(place.children, list):
            named = [("", child) for child in place.children]
        else:
            raise wrong_type("a mapping or a list of parts", place.data, hint=_HOW)
        parts = [self._try(name, child, source) for name, child in named]
        return tuple(part for part in parts if part is not None)

    def _try(self, name: str, place: Place, source: Source) -> Part | None:
        try:
            return self._part(name, place, source)
        except Mistake as mistake:
            note(source, place, mistake)
            return None

    def _part(self, name: str, place: Place, source: Source) -> Part:
        if name and place.children is None:
            return Part(name=name, text=read_scalar(place.data))
        read = PART.read(place, source)
        if not name and "name" not in read and "name" not in place.keyed():
            raise Mistake(
                "a part in a list needs a name", hint="write for example { name: avatar, file: cat.png }"
            )
        if "filename" in read and "text" in read:
            raise Mistake(
                "only a file has a file name", hint="write 'file' instead of 'text'", inside=("filename",)
            )
        return Part(
            name=read.get("name") or name,
            text=read.get("text"),
            file=read.get("file"),
            filename=read.get("filename"),
            content_type=read.get("type"),
        )

    def schema(self) -> Schema:
        """An object of texts and parts, or an array of parts."""
        one: Schema = {"anyOf": [{"type": ["string", "number", "boolean"]}, PART.schema()]}
        several: Schema = {"anyOf": [one, {"type": "array", "items": one}]}
        return {
            "anyOf": [
                {"type": "object", "additionalProperties": several},
                {"type": "array", "items": PART.schema()},
            ]
        }


def _query_alone(value: Any) -> dict[str, Any] | None:
    return {"query": read_graphql(value)} if isinstance(value, str) else None


def read_graphql(value: Any) -> str:
    """A query that GraphQL can read; one with templates is read when they are filled."""
    query = read_words(value)
    if has_template(query):
        return query
    # Imported by those suites alone that have queries: its parser takes longer than a small run.
    from worker.models.graphql import read_query

    try:
        read_query(query)
    except RequestError as error:
        raise Mistake(error.what, hint=error.hint) from None
    return query


GRAPHQL = Shape(
    name="'graphql'",
    title="GraphQL",
    description="A GraphQL operation. An answer with `errors` fails the test, whatever its status, unless"
    " `expect` says something of `errors`.",
    example='query: "{ products { id } }"',
    wanted="a query or a mapping",
    shorthand=_query_alone,
    shorthand_schema={"type": "string"},
    keys={
        "query": Key(
            Value(read_graphql, {"type": "string", "minLength": 1}),
            "The document: queries, mutations and fragments.",
            required=True,
            examples=("{ products { id } }",),
        ),
        "variables": Key(
            MappingOf(ANYTHING, check_key=read_anything, example='id: "{{ product_id }}"'),
            "The operation's variables, with templates inside.",
            examples=({"id": 7},),
        ),
        "operation": Key(WORDS, "The operation's name, where the query has several.", examples=("Products",)),
        "max_complexity": Key(
            Value(whole_number(1, 1_000_000), {"type": "integer", "minimum": 1, "maximum": 1_000_000}),
            "The test fails if the operation asks for more: fields, times the `first`, `last` or `limit`"
            " of what they stand in.",
            examples=(100,),
        ),
    },
)

#: The words for bodies. A request has one of them at most.
BODY_KEYS = {
    "json": Key(
        ANYTHING,
        "The body as JSON, with templates inside.",
        examples=({"email": "{{ env.email }}", "quantity": 2},),
    ),
    "text": Key(TEXT, "The body as text, with templates inside.", examples=("Hello, {{ env.name }}",)),
    "form": Key(
        MappingOf(Value(read_form_value, FORM_VALUE), check_key=read_anything, example="name: Ada"),
        "The fields of a form (`application/x-www-form-urlencoded`); a list repeats one.",
        examples=({"name": "Ada", "tag": ["a", "b"]},),
    ),
    "multipart": Key(
        _Parts(),
        "A form with files (`multipart/form-data`): texts and files by name, or a list of parts.",
        examples=({"title": "My cat", "picture": {"file": "cat.png"}},),
    ),
    "xml": Key(
        TEXT,
        "The body as XML, with templates inside.",
        examples=("<order><item>{{ item_id }}</item></order>",),
    ),
    "file": Key(_FileBody(), "A file as the body, byte for byte.", examples=("files/cat.png",)),
    "graphql": Key(GRAPHQL, "A GraphQL operation: a query, or a mapping with its variables."),
}

BODY_SHAPES: tuple[Shape, ...] = (PART, FILE_BODY, GRAPHQL)
