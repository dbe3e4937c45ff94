"""What says which part of a response is meant: JSONPath, JMESPath, XPath, regular expressions, filters."""

import re
import warnings
from functools import lru_cache
from typing import Any

from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.plain_values import read_text, read_words

#: A JSONPath that can be seen to be right without the library, which takes long to import.
_SIMPLE_PATH = re.compile(
    r"\$(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|\*)|\[(?:-?(?:0|[1-9][0-9]*)|\*|'[^'\\\x00-\x1f]*')\])*"
)


def read_path(value: Any) -> str:
    """A JSONPath as RFC 9535 has it."""
    text = read_text(value)
    if _SIMPLE_PATH.fullmatch(text):
        return text
    if has_template(text):
        raise Mistake(
            "a JSONPath cannot contain a template", hint="capture the whole list and pick from it later"
        )
    if not text.startswith("$"):
        inside = _BODY_ELSEWHERE.sub("", text)
        hint = f"write $.{inside}" if _is_name(inside) else "begin it with $"
        raise Mistake(f"{text!r} is not a JSONPath", hint=hint)
    return _checked_path(text)


#: How other tools begin a path into a body.
_BODY_ELSEWHERE = re.compile(r"^(?:response|res|resp)\.(?:body|json|data|json\(\)|getBody\(\))\.")
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_MANY = re.compile(r"[*?:,]|\.\.")


def means_many(path: str) -> bool:
    """Whether a JSONPath may name any number of values, which then come as a list."""
    return _MANY.search(_QUOTED.sub("", path)) is not None


def _checked_path(text: str) -> str:
    from context.jsonpath import BadPath, compile_path

    try:
        compile_path(text)
    except BadPath as error:
        raise Mistake(f"{text!r} is not a JSONPath: {_reason(str(error))}", hint="see RFC 9535") from None
    return text


def _reason(message: str) -> str:
    return message.removeprefix("this is not a JSONPath (").removesuffix(")")


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.\[\]]*", text) is not None


@lru_cache(maxsize=1024)
def _regex_complaint(pattern: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # advice for Python programmers, not for our users
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return _second_opinion(pattern)
    return None


def _second_opinion(pattern: str) -> str | None:
    """What is wrong with a pattern that Python's own `re` does not take; it knows fewer than we use."""
    from context.patterns import PatternError, search

    try:
        search(pattern, "")
    except PatternError as error:
        return str(error)
    return None


def read_regex(value: Any) -> str:
    """A regular expression that can be compiled."""
    text = read_text(value)
    complaint = None if has_template(text) else _regex_complaint(text)
    if complaint:
        raise Mistake(complaint, hint="a sign that is meant literally needs a '\\' before it")
    return text


def read_xpath(value: object) -> str:
    """An XPath that lxml can compile, which holds no template."""
    text = read_words(value)
    if has_template(text):
        raise Mistake("an XPath cannot contain a template", hint="compare what it finds with a template")
    from context.xml import BadXPath, check

    try:
        check(text)
    except BadXPath as error:
        raise Mistake(f"{text!r}: {error}", hint="XPath 1.0, such as //order/item[1]/@id") from None
    return text


def read_jmespath(value: Any) -> str:
    """A JMESPath expression that can be compiled, which holds no template."""
    text = read_words(value)
    if has_template(text):
        raise Mistake("a JMESPath cannot contain a template", hint="capture more, and pick from it later")
    from context.jmespaths import BadExpression, check

    try:
        check(text)
    except BadExpression as error:
        raise Mistake(f"{text!r} is not a JMESPath: {error}", hint="see https://jmespath.org") from None
    return text


def read_group(value: Any) -> int | str:
    """A group of a regular expression: its number or its name."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise wrong_type("a group's number or name", value, hint="write for example 2")
    return value


def read_filter(value: Any) -> str:
    """A chain of template filters, without the value in front of it."""
    chain = read_words(value).strip()
    if has_template(chain):
        raise Mistake("filters are written without braces", hint="write for example int")
    from context.errors import TemplateError
    from context.gather import FILTERED, filter_template
    from context.templating import names_in

    chain = chain.removeprefix("|").strip()
    try:
        names = {str(reference.path[0]) for reference in names_in(filter_template(chain))}
    except TemplateError as error:
        raise Mistake(
            f"these are no filters: {error.what}", hint=error.hint or "see docs/templates.md"
        ) from None
    if names != {FILTERED}:
        other = next(iter(names - {FILTERED}))
        raise Mistake(f"{other!r} is not known to a filter", hint="filters see nothing but the value itself")
    return chain
