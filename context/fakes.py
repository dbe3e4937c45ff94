"""Made-up names, addresses and the like, by Faker: `{{ fake.email() }}`, and the rules of fixtures.

Only what is listed can be called: all of it is quick, is made of the given chance alone (nothing looks
at the clock, so that a seed repeats itself on any day), and fits into JSON.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from context.errors import TemplateError, did_you_mean
from context.limits import json_value
from context.paths import near_names
from context.values import JsonValue

if TYPE_CHECKING:
    from random import Random

#: What can be made up. The names are Faker's own.
FAKE_NAMES = frozenset(
    """
    aba address administrative_unit ascii_company_email ascii_email ascii_free_email ascii_safe_email
    bank_country bban boolean bothify bs building_number catch_phrase chrome city city_suffix color_name
    company company_email company_suffix coordinate country country_calling_code country_code
    credit_card_number credit_card_provider credit_card_security_code cryptocurrency_code
    cryptocurrency_name currency currency_code currency_name currency_symbol current_country domain_name
    domain_word ean ean13 ean8 email emoji file_extension file_name file_path firefox first_name
    first_name_female first_name_male first_name_nonbinary free_email free_email_domain hex_color hexify
    hostname http_method http_status_code iban image_url ipv4 ipv4_private ipv4_public ipv6 isbn10 isbn13 job
    language_code language_name last_name last_name_female last_name_male latitude lexify license_plate
    local_latlng locale localized_ean location_on_land longitude mac_address md5 mime_type msisdn name
    name_female name_male nic_handle null_boolean numerify paragraph paragraphs passport_number password
    phone_number port_number postalcode postcode prefix pyfloat pyint random_digit random_digit_not_null
    random_element random_elements random_int random_letter random_lowercase_letter random_sample
    random_uppercase_letter rgb_color safari safe_color_name safe_domain_name safe_email safe_hex_color sbn9
    secondary_address sentence sentences sha1 sha256 slug ssn state state_abbr street_address street_name
    street_suffix suffix swift swift11 swift8 text texts timezone tld unix_device upc_a upc_e uri uri_path
    url user_agent user_name uuid4 vin word words zipcode
    """.split()  # noqa: SIM905 # two hundred words read better without their quotes
)

#: Where Faker counts from today, or takes a chance that is not the given one.
_NOT_REPEATABLE = {
    "ssn": frozenset(
        """
        de_AT el_GR et_EE fi_FI lv_LV nl_BE no_NO pl_PL sr_BA sv_SE th th_TH uk_UA zh_CN
        """.split()  # noqa: SIM905 # as above
    ),
    "license_plate": frozenset(("uk_UA",)),
}

#: Where nobody says another one.
DEFAULT_LOCALE = "en_US"

#: The largest number that says how much is to be made.
MOST = 1_000

#: Those whose numbers are bounds of what is made, not amounts.
_WITH_BOUNDS = frozenset(("random_int", "pyint", "pyfloat"))
_LARGEST_BOUND = 10**15

_LONGEST_TEXT = 1_000
_YEARS = (1970, 2025)
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?")


class FakesMissing(TemplateError):
    """Faker is not installed."""


def make_fake(
    name: str,
    *arguments: object,
    random: "Random",
    locale: str = DEFAULT_LOCALE,
    **named: object,
) -> JsonValue:
    """One made-up value. The same `random` state gives the same value. Raises TemplateError."""
    check_fake_name(name)
    given = [*arguments, *named.values()]
    for each in given:
        _check_argument(name, each)
    if locale in _NOT_REPEATABLE.get(name, ()):
        what = f"fake.{name}() would be another one every day in {locale}, whatever the seed"
        raise TemplateError(what, hint="write a pattern, for example fake.numerify('######-####')")
    generator = _generator(locale)
    generator.random = random
    try:
        return _as_json(getattr(generator, name)(*arguments, **named))
    except TemplateError:
        raise
    except Exception:
        # Whatever Faker makes of wrong arguments; its words may repeat them.
        raise TemplateError(f"fake.{name}() cannot be called like this", hint=_reference(name)) from None


def check_fake_name(name: str) -> None:
    """Refuse a name that is not listed."""
    if name not in FAKE_NAMES:
        near = did_you_mean(near_names(name, FAKE_NAMES))
        raise TemplateError(f"there is no fake '{name}'", hint=near or "docs/templates.md lists them all")


def check_locale(locale: str) -> None:
    """Refuse a locale that Faker does not know. Raises TemplateError."""
    _generator(locale)


def _reference(name: str) -> str:
    return f"Faker's documentation says what '{name}' takes"


def _check_argument(name: str, value: object) -> None:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise TemplateError(f"fake.{name}(): a text has more than {_LONGEST_TEXT:,} characters")
    if isinstance(value, int | float) and not isinstance(value, bool):
        most = _LARGEST_BOUND if name in _WITH_BOUNDS else MOST
        if not -most <= value <= most:
            raise TemplateError(f"fake.{name}(): numbers go up to {most:,}")
    if isinstance(value, Mapping | list | tuple) and len(value) > MOST:
        raise TemplateError(f"fake.{name}(): a list has more than {MOST:,} elements")


@lru_cache(maxsize=8)
def _generator(locale: str) -> Any:
    """Faker's generator for a locale. Its chance is replaced at each call, so it can be shared."""
    try:
        from faker.config import AVAILABLE_LOCALES
        from faker.factory import Factory
    except ImportError:
        raise FakesMissing("Faker is not installed", hint="pip install 'baton[fixtures]'") from None
    if not _LOCALE.fullmatch(locale) or locale not in AVAILABLE_LOCALES:
        near = did_you_mean(near_names(locale, AVAILABLE_LOCALES))
        raise TemplateError("there are no fakes for this locale", hint=near or "write for example 'de_DE'")
    generator = Factory.create(locale)
    # Names of users have a year in them, in some locales: Faker counts those from today.
    generator.set_formatter("year", lambda: str(generator.random.randint(*_YEARS)))
    return generator


def _as_json(value: object) -> JsonValue:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple | list):
        return [_as_json(part) for part in value]
    return json_value(value)
