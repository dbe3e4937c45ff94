"""What a request carries, by kind: bytes, their content type, and how they came to be."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from posixpath import basename
from urllib.parse import quote_plus, urlencode

from context.values import JsonValue
from worker.errors import FileUnreadable, RequestError
from worker.files import Files
from worker.http.multipart import Field, encode, guess_type
from worker.http.render import Render, text_of
from worker.http.texts import as_text, is_list
from worker.models.exchange import NO_STORY, BodyStory, SentPart
from worker.models.request import BodyKind, Part, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body to send. `query` is what goes into the URL instead, in a GET."""

    data: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    story: BodyStory = NO_STORY
    query: Mapping[str, str] = field(default_factory=dict, repr=False)


_NO_BODY = Body()


def make_body(request: Request, render: Render, files: Files) -> Body:
    """The body of a request. Raises RequestError, and whatever `render` raises."""
    body = _MAKERS[request.body_kind](request, render, files)
    return _compressed(body) if request.gzip and body.data is not None else body


def _nothing(request: Request, render: Render, files: Files) -> Body:
    return _NO_BODY


def _json(request: Request, render: Render, files: Files) -> Body:
    return Body(
        data=json_bytes(render(request.body, field="json"), field="json"), content_type="application/json"
    )


def _text(request: Request, render: Render, files: Files) -> Body:
    text = text_of(request.body, render, field="text")
    return Body(data=text.encode(), content_type="text/plain; charset=utf-8")


def _xml(request: Request, render: Render, files: Files) -> Body:
    return Body(data=text_of(request.body, render, field="xml").encode(), content_type="application/xml")


def _form(request: Request, render: Render, files: Files) -> Body:
    fields = render(request.body, field="form")
    if not isinstance(fields, Mapping):
        raise RequestError(
            "a form has fields by name", where="form", hint="write for example form: { name: Ada }"
        )
    pairs = [
        (name, as_text(one, field=f"form.{name}"))
        for name, value in fields.items()
        for one in (value if is_list(value) else [value])
        if one is not None
    ]
    data = urlencode(pairs, quote_via=quote_plus).encode()
    return Body(data=data, content_type="application/x-www-form-urlencoded")


def _multipart(request: Request, render: Render, files: Files) -> Body:
    made = [_part(part, f"multipart[{number}]", render, files) for number, part in enumerate(request.parts)]
    data, content_type = encode([written for written, _ in made])
    story = BodyStory(parts=tuple(told for _, told in made))
    return Body(data=data, content_type=content_type, story=story)


def _file(request: Request, render: Render, files: Files) -> Body:
    written, told = _part(request.parts[0], "file", render, files)
    return Body(data=written.data, content_type=written.content_type or "", story=BodyStory(parts=(told,)))


def _part(part: Part, place: str, render: Render, files: Files) -> tuple[Field, SentPart]:
    """A part as it is sent, and as it is told."""
    wanted = _optional(part.content_type, render, field=f"{place}.type")
    if part.file is None:
        text = text_of(part.text, render, field=place)
        _refuse_line_breaks(wanted, field=f"{place}.type")
        field_ = Field(name=part.name, data=text.encode(), content_type=wanted)
        return field_, SentPart(name=part.name, text=text, content_type=wanted)
    filename = _optional(part.filename, render, field=f"{place}.filename") or basename(part.file)
    content_type = wanted or guess_type(part.file)
    _refuse_line_breaks(content_type, field=f"{place}.type")
    data = read_file(files, part.file, field=place)
    written = Field(name=part.name, data=data, filename=filename, content_type=content_type)
    return written, SentPart(name=part.name, file=part.file, filename=filename, content_type=content_type)


def _graphql(request: Request, render: Render, files: Files) -> Body:
    from worker.models.graphql import complexity, read_query

    said = request.body if isinstance(request.body, Mapping) else {}
    query = text_of(said.get("query", ""), render, field="graphql.query")
    variables = render(said["variables"], field="graphql.variables") if "variables" in said else None
    operation = _optional(said.get("operation"), render, field="graphql.operation")
    measured = complexity(
        read_query(query), operation=operation, variables=variables if isinstance(variables, Mapping) else {}
    )
    story = BodyStory(graphql_complexity=measured)
    payload: dict[str, JsonValue] = {"query": query}
    payload |= {"variables": variables} if variables is not None else {}
    payload |= {"operationName": operation} if operation is not None else {}
    if request.method == "GET":
        return Body(story=story, query={name: _in_query(value) for name, value in payload.items()})
    return Body(data=json_bytes(payload, field="graphql"), content_type="application/json", story=story)


def _in_query(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_bytes(value: JsonValue, *, field: str) -> bytes:
    """A JSON value as it is sent. Raises RequestError for what JSON cannot say."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        # JSON can hold half a surrogate pair, as an escape.
        return text.encode(errors="backslashreplace")
    except (ValueError, TypeError):
        raise RequestError(
            "the body cannot be written as JSON: it holds a value that JSON does not have",
            where=field,
            hint="infinite numbers and NaN have no place in JSON",
        ) from None


def read_file(files: Files, path: str, *, field: str) -> bytes:
    """A file of the suite. Raises RequestError that names the field and the path."""
    try:
        return files.read(path)
    except FileUnreadable as error:
        raise RequestError(f"{path}: {error.what}", where=field, hint=error.hint) from None


def _optional(value: JsonValue, render: Render, *, field: str) -> str | None:
    return None if value is None else text_of(value, render, field=field)


def _refuse_line_breaks(content_type: str | None, *, field: str) -> None:
    if content_type and ("\r" in content_type or "\n" in content_type):
        raise RequestError(
            "a content type has no line breaks", where=field, hint="write for example image/png"
        )


def _compressed(body: Body) -> Body:
    import gzip

    # Without a time, or the same request would be another one a second later.
    packed = gzip.compress(body.data or b"", mtime=0)
    return replace(body, data=packed, story=replace(body.story, plain=body.data))


_MAKERS: dict[BodyKind, Callable[[Request, Render, Files], Body]] = {
    BodyKind.NONE: _nothing,
    BodyKind.JSON: _json,
    BodyKind.TEXT: _text,
    BodyKind.FORM: _form,
    BodyKind.MULTIPART: _multipart,
    BodyKind.XML: _xml,
    BodyKind.FILE: _file,
    BodyKind.GRAPHQL: _graphql,
}
