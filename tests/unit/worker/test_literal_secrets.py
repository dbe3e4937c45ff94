"""Secrets that somebody wrote into a suite file."""

from tests.unit.worker.parsing.reading import suite_of
from worker.literal_secrets import literal_secrets


def test_what_auth_says_in_clear_is_a_secret() -> None:
    """Whatever its kind, in tests, steps, clean-up and defaults; names of users and headers are none."""
    suite = suite_of("""
        suite: s
        defaults: { auth: { basic: { username: ada, password: one-pass } } }
        tests:
          plain: { GET: / }
          own: { GET: /, auth: { bearer: two-token }, cleanup: { DELETE: /, auth: { bearer: three-token } } }
          key: { GET: /, auth: { api_key: { name: X-Key, value: four-key } } }
          steps: { steps: [{ GET: /, auth: { header: { name: X-Key, value: five-key } } }] }
    """)
    assert literal_secrets([suite]) == {"one-pass", "two-token", "three-token", "four-key", "five-key"}


def test_a_template_is_no_secret_itself() -> None:
    """What it becomes is hidden when it is known."""
    suite = suite_of("suite: s\ntests: { t: { GET: /, auth: { bearer: '{{ secrets.token }}' } } }")
    assert literal_secrets([suite]) == set()
