"""A seed repeats itself on any day, in every locale: Faker's own clock is put forward."""

import sys
from datetime import date, datetime, timedelta, tzinfo
from random import Random

import pytest
from faker.config import AVAILABLE_LOCALES
from faker.factory import Factory

from context import fakes
from context.errors import TemplateError
from context.fakes import FAKE_NAMES, make_fake

#: Some locales have a newer name.
pytestmark = pytest.mark.filterwarnings("ignore:.* locale is deprecated:UserWarning")

#: Enough for what is chosen by chance, such as a year behind a name.
SEEDS = range(8)


class Ahead:
    """How far Faker's clock is ahead of the real one."""

    by = timedelta(0)


class _IsADate(type):
    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, cls.__mro__[1])


class _Later(datetime, metaclass=_IsADate):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # not of this class
        return datetime.now(tz) + Ahead.by

    @classmethod
    def today(cls) -> datetime:  # type: ignore[override] # not of this class
        return datetime.now() + Ahead.by


class _LaterDay(date, metaclass=_IsADate):
    @classmethod
    def today(cls) -> date:  # type: ignore[override] # not of this class
        return date.today() + Ahead.by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Ahead]:
    """Faker's clock, whatever name its modules have for it. Puts itself right at the end."""
    for locale in AVAILABLE_LOCALES:
        Factory.create(locale)
    for name, module in list(sys.modules.items()):
        if name.startswith("faker."):
            for word, what in list(vars(module).items()):
                if what is datetime:
                    monkeypatch.setattr(module, word, _Later)
                elif what is date:
                    monkeypatch.setattr(module, word, _LaterDay)
    monkeypatch.setattr(Ahead, "by", timedelta(0))
    fakes._generator.cache_clear()
    return Ahead


def _made(name: str, locale: str) -> list[str]:
    try:
        return [repr(make_fake(name, random=Random(seed), locale=locale)) for seed in SEEDS]
    except TemplateError as refused:
        return [refused.what]


def test_no_fake_is_another_one_on_another_day(clock: type[Ahead]) -> None:
    """What Faker counts from today is not offered, or refused where it does."""
    differs = []
    for locale in sorted(AVAILABLE_LOCALES):
        for name in sorted(FAKE_NAMES):
            clock.by = timedelta(0)
            today = _made(name, locale)
            clock.by = timedelta(days=5000)
            if _made(name, locale) != today:
                differs.append((name, locale))
    assert differs == []


def test_the_clock_is_put_forward(clock: type[Ahead]) -> None:
    """Otherwise the test above could not fail."""
    generator = fakes._generator("en_US")
    generator.random = Random(1)
    now = generator.date_this_year()
    clock.by = timedelta(days=5000)
    generator.random = Random(1)
    assert generator.date_this_year() > now
