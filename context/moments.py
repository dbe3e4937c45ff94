"""Points in time inside templates: offsets, formats, and texts that are points in time."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from context.errors import TemplateError

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_OFFSET = re.compile(r"\s*([+-])?\s*((?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w)\s*)+)", re.ASCII)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)", re.ASCII)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)

#: Formats that have a name; everything else is strftime's language.
NAMED_FORMATS = ("iso", "date", "time", "unix", "unix_ms", "http")


class Offset(NamedTuple):
    """How far to move: days go by the calendar, so that tomorrow is the next day also where a day
    has 23 hours; all that is shorter goes by the clock."""

    days: timedelta = timedelta()
    time: timedelta = timedelta()


def parse_offset(text: str) -> Offset:
    """`+1d 2h`, `-90m`, `1.5h`: any number of amounts, each with ms, s, m, h, d or w.

    A sign holds for all amounts up to the next sign. Raises TemplateError.
    """
    days, time, position = timedelta(), timedelta(), 0
    while position < len(text):
        found = _OFFSET.match(text, position)
        if found is None:
            raise TemplateError("the offset cannot be read", hint="write it like '+1d', '-2h30m' or '1w 12h'")
        sign = -1 if found[1] == "-" else 1
        try:
            days += sign * _sum(found[2], units=("d", "w"))
            time += sign * _sum(found[2], units=("ms", "s", "m", "h"))
        except OverflowError:
            raise TemplateError("the offset is too large") from None
        position = found.end()
    return Offset(days, time)


def _sum(amounts: str, *, units: Collection[str]) -> timedelta:
    parts = (float(number) * _UNITS[unit] for number, unit in _AMOUNT.findall(amounts) if unit in units)
    return sum(parts, timedelta())


def parse_zone(name: str) -> tzinfo:
    """`UTC`, `+02:00`, or a name such as `Europe/Paris`. Raises TemplateError."""
    if name.upper() in ("UTC", "Z"):
        return UTC
    if found := _ZONE.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3])
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    return _named_zone(name)


def _named_zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    # Only what looks like a zone's name reaches the file system.
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    raise TemplateError("the time zone is not known", hint="write it like 'UTC', '+02:00' or 'Europe/Paris'")


def parse_moment(value: object) -> datetime:
    """A point in time from ISO 8601 text, a date, or Unix seconds. Without a zone it is UTC."""
    try:
        if isinstance(value, bool):
            raise TypeError
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        pass
    raise TemplateError("the value is no point in time", hint="use ISO 8601 text or Unix seconds")


def shifted(moment: datetime, offset: Offset) -> datetime:
    """`moment` plus `offset`, in its own zone. Raises TemplateError beyond the years 1 to 9999."""
    try:
        return ((moment + offset.days).astimezone(UTC) + offset.time).astimezone(moment.tzinfo)
    except OverflowError:
        raise TemplateError("the date lies beyond the years 1 to 9999") from None


def format_moment(moment: datetime, style: str) -> str | int:
    """The moment by the name of a format, or by strftime's language. Unix times are numbers."""
    if style == "iso":
        return iso_text(moment)
    if style in ("unix", "unix_ms"):
        return int(moment.timestamp() * (1000 if style == "unix_ms" else 1))
    if style == "http":
        return _http_date(moment)
    if style in ("date", "time"):
        return moment.date().isoformat() if style == "date" else moment.time().isoformat("seconds")
    if "%" not in style:
        raise TemplateError(
            "the format is not known", hint=f"use {', '.join(NAMED_FORMATS)} or codes such as '%Y-%m-%d'"
        )
    return moment.strftime(style)


def iso_text(moment: datetime) -> str:
    """ISO 8601 with milliseconds; UTC is written as Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _http_date(moment: datetime) -> str:
    from email.utils import format_datetime

    return format_datetime(moment.astimezone(UTC), usegmt=True)


def shifted_text(value: object, offset: str) -> str | int | float:
    """The point in time that `value` is, moved by `offset`, written the way `value` was."""
    moment = shifted(parse_moment(value), parse_offset(offset))
    if isinstance(value, int | float):
        seconds = moment.timestamp()
        return int(seconds) if isinstance(value, int) else seconds
    if isinstance(value, str) and _is_date(value):
        return moment.date().isoformat()
    return iso_text(moment)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True
