"""The models of worker.records, and the types for TypeScript, against the real schema."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import pydantic
import pytest

from tests.database.conftest import Server
from worker import records
from worker.local.typescript import TYPES, write_types
from worker.records import Row

#: All models of rows, by their table or view.
MODELS = {
    found.table: found
    for found in vars(records).values()
    if isinstance(found, type) and issubclass(found, Row) and "table" in vars(found)
}

#: By table and column: the type, whether it may be null, whether it is a view's, the words of an enum.
Schema = Mapping[str, Mapping[str, tuple[str, bool, bool, list[str]]]]

#: What of Postgres a field of Python can hold.
HOLDS: dict[Any, set[str]] = {
    UUID: {"uuid"},
    str: {"text", "tsvector", "inet"},
    bool: {"bool"},
    int: {"int2", "int4", "int8"},
    float: {"float8", "float4"},
    Decimal: {"numeric"},
    datetime: {"timestamptz"},
    date: {"date"},
    time: {"time"},
    timedelta: {"interval"},
}

_COLUMNS = """
    select class.relname, attribute.attname, type.typname,
      not attribute.attnotnull and not (type.typtype = 'd' and type.typnotnull),
      class.relkind = 'v',
      array(
        select enumlabel::text from pg_enum
        where enumtypid in (type.oid, type.typelem)
        order by enumsortorder
      )
    from pg_class as class
    join pg_attribute as attribute on attribute.attrelid = class.oid
    join pg_type as type on type.oid = attribute.atttypid
    where class.relnamespace = 'public'::regnamespace
      and class.relkind in ('r', 'p', 'v')
      and attribute.attnum > 0
      and not attribute.attisdropped
"""


@pytest.fixture(scope="module")
def schema(server: Server) -> Schema:
    """What Postgres says of all that the API shows."""
    tables: dict[str, dict[str, tuple[str, bool, bool, list[str]]]] = {}
    with server.connect("furnished") as connection:
        for table, column, kind, nullable, is_view, words in connection.execute(_COLUMNS):
            tables.setdefault(table, {})[column] = (kind, nullable, is_view, words)
    return tables


def test_every_table_has_a_model(schema: Schema) -> None:
    """And every model a table or view."""
    assert sorted(MODELS) == sorted(schema)


@pytest.mark.parametrize("table", sorted(MODELS))
def test_a_model_has_every_column(schema: Schema, table: str) -> None:
    """And no other field."""
    assert sorted(MODELS[table].model_fields) == sorted(schema[table])


@pytest.mark.parametrize("table", sorted(MODELS))
def test_a_field_is_what_its_column_is(schema: Schema, table: str) -> None:
    """Of its type, an enum with the same words in the same order, and None only where null may be."""
    wrong = {
        name: (field.annotation, schema[table][name])
        for name, field in MODELS[table].model_fields.items()
        if not _agree(field.annotation, *schema[table][name])
    }
    assert wrong == {}


def test_the_types_for_typescript_are_those_of_the_schema(server: Server) -> None:
    """Byte for byte. `make types` writes them again."""
    address = server.postgres.admin
    target = f"postgresql://{address.user}@127.0.0.1:{address.port}/{server.copy()}"
    text = write_types(target, password=address.password, packages=server.postgres.packages)
    assert TYPES.read_text("utf-8") == text


def _agree(annotation: Any, kind: str, nullable: bool, is_view: bool, words: list[str]) -> bool:
    if annotation == pydantic.JsonValue:  # null is a JSON value
        return kind == "jsonb"
    parts = set(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else {annotation}
    # Postgres says of no column of a view that it cannot be null.
    if not is_view and (NoneType in parts) is not nullable:
        return False
    [inner] = parts - {NoneType}
    return _holds(inner, kind, words)


def _holds(inner: Any, kind: str, words: list[str]) -> bool:
    if inner == pydantic.JsonValue or get_origin(inner) is dict:
        return kind == "jsonb"
    if get_origin(inner) is tuple:
        item = get_args(inner)[0]
        return kind == "jsonb" or (kind.startswith("_") and _holds(item, kind[1:], words))
    if get_origin(inner) is not None:  # Annotated: AwareDatetime is a datetime
        inner = get_args(inner)[0]
    if inner is pydantic.AwareDatetime:
        inner = datetime
    if issubclass(inner, StrEnum):
        return [member.value for member in inner] == words
    if issubclass(inner, pydantic.BaseModel):
        return kind == "jsonb"
    return kind in HOLDS[inner]
