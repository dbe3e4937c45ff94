"""What templates make up, and what they may not."""

import sys
from random import Random

import pytest

from context import fakes
from context.errors import TemplateError
from context.fakes import FAKE_NAMES, make_fake
from context.functions import Functions
from context.templating import names_in, render


def fill(template: str, *, seed: int | None = 7, place: str = "s/a") -> object:
    """The template, filled."""
    return render(template, {}, functions=Functions(seed=seed, place=place))


@pytest.mark.parametrize("name", sorted(FAKE_NAMES))
def test_every_fake_is_repeatable_and_fits_into_json(name: str) -> None:
    """The same chance gives the same value: nothing looks at the clock, or at another chance."""
    first, again = (make_fake(name, random=Random("7")) for _ in range(2))
    assert first == again
    assert isinstance(first, str | int | float | bool | list | None)


@pytest.mark.parametrize("locale", ["pl_PL", "uk_UA"])
def test_a_fake_that_no_seed_repeats_is_refused(locale: str) -> None:
    """With the way to make one nevertheless."""
    with pytest.raises(TemplateError, match="another one every day in") as refused:
        make_fake("ssn", random=Random("7"), locale=locale)
    assert "fake.numerify" in (refused.value.hint or "")
    assert make_fake("ssn", random=Random("7"), locale="en_US")


def test_a_call_in_a_template() -> None:
    """With arguments by place and by name, inside a text and as a value."""
    assert fill("{{ fake.random_int(5, 5) }}") == 5
    assert str(fill("{{ fake.numerify('##') }}{{ fake.lexify(text='??') }}")).isalnum()
    assert fill("{{ fake.words(2) | length }}") == 2
    assert names_in("{{ fake.email() }} {{ fake.numerify(pattern) }}")[0].path == ("pattern",)
    assert len(names_in("{{ fake.email() }} {{ fake.numerify(pattern) }}")) == 1


def test_a_fake_depends_on_the_seed_and_the_test() -> None:
    """Like everything else that is random."""
    assert fill("{{ fake.uuid4() }}") == fill("{{ fake.uuid4() }}")
    assert fill("{{ fake.uuid4() }}") != fill("{{ fake.uuid4() }}", place="s/b")
    assert fill("{{ fake.uuid4() }}", seed=None) != fill("{{ fake.uuid4() }}", seed=None)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ fake.emial() }}", "there is no fake 'emial' .did you mean 'email'"),
        ("{{ fake.binary() }}", "there is no fake 'binary'"),
        ("{{ fake.add_provider('os') }}", "there is no fake 'add_provider'"),
        ("{{ fake.__class__() }}", "there is no fake '__class__'"),
        ("{{ fake.words(1001) }}", "numbers go up to 1,000"),
        ("{{ fake.numerify('#' * 2000) }}", "'\\*' cannot take"),
        ("{{ fake.random_elements(range(2000)) }}", "a list has more than 1,000 elements"),
        ("{{ fake.company(1, 2) }}", r"fake.company\(\) cannot be called like this"),
        ("{{ fake.name(locale='../x') }}", "there are no fakes for this locale"),
        ("{{ fake('email') }}", "there is no function 'fake'"),
        ("{{ other.email() }}", "cannot be called"),
        ("{{ fake.name.upper() }}", "cannot be called"),
    ],
)
def test_what_cannot_be_made_up_is_refused(template: str, message: str) -> None:
    """Only what is listed is there, and only as much as a worker bears."""
    with pytest.raises(TemplateError, match=message):
        fill(template)


def test_a_name_called_fake_is_still_a_name() -> None:
    """A variable of that name is read as any other."""
    assert render("{{ fake }}", {"fake": 1}) == 1


def test_without_faker_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: a plain installation does without."""
    monkeypatch.setitem(sys.modules, "faker.config", None)
    fakes._generator.cache_clear()
    with pytest.raises(TemplateError, match=r"Faker is not installed .pip install 'baton\[fixtures\]'"):
        fill("{{ fake.email() }}")
