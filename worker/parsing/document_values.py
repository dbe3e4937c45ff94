"""Plain values that several parts of the file format hold."""

from worker.parsing.durations import read_duration, read_limit
from worker.parsing.http_values import read_header, read_header_name
from worker.parsing.names import read_name
from worker.parsing.plain_values import read_anything, read_boolean, read_text, read_words
from worker.parsing.readers import ListOf, MappingOf, Value
from worker.parsing.schema_parts import DURATION, SCALAR

TEXT = Value(read_text, {"type": "string"})
WORDS = Value(read_words, {"type": "string", "minLength": 1})
BOOLEAN = Value(read_boolean, {"type": "boolean"})
ANYTHING = Value(read_anything, {})
LIMIT = Value(read_limit, DURATION)
DURATION_VALUE = Value(read_duration, DURATION)
TAGS = ListOf(WORDS, example="smoke")
HEADERS = MappingOf(
    Value(read_header, SCALAR), check_key=read_header_name, example="Accept: application/json"
)
VARIABLES = MappingOf(
    ANYTHING, check_key=read_name, key_pattern="[A-Za-z_][A-Za-z0-9_]*", example="currency: EUR"
)
