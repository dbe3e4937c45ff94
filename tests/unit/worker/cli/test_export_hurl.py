"""`baton export hurl`: what Hurl reads, and what it is not told."""

from pathlib import Path

import pytest

from worker.cli.exporting.hurl_text import Spelling
from worker.cli.exporting.symbols import Symbols
from worker.cli.main import run_command

SUITE = """\
suite: shop
environments: { local: { base_url: "http://shop.test", variables: { name: Ada } } }
tests:
  login:
    POST: /login
    json: { who: "{{ env.name }}", password: "{{ secrets.password }}" }
    expect: { status: 200, time: "< 1.5s" }
    capture: { tokens: { access: $.token }, variables: { user_id: { header: X-User } } }
  catalog:
    GET: /catalog
    auth: { bearer: "{{ tokens.access }}" }
    retries: 2
    expect:
      headers: { Content-Type: { contains: json } }
      json:
        currency: { one_of: [EUR, "US$"] }
        $.items: { length: 3, sorted: ascending }
        $.items[0].price: { between: [1, 9.5] }
        user: "{{ user_id }}"
    capture: { ids: "$.items[*].id" }
  buy:
    PUT: "/cart/{{ user_id }}?first={{ captured_data.catalog.ids[1] }}&x=1"
    auth: { basic: { username: "{{ env.name }}", password: "{{ secrets.password }}" } }
    form: { a: "1 # {{ '{{' }}", b: "{{ captured_data.catalog.ids[0] }}" }
    cleanup: { DELETE: /cart }
  note:
    PUT: /note
    text: "`{{ user_id }}`"
    follow_redirects: true
    capture: { words: { jmespath: words } }
    expect: { status: 4xx, json: { $.a: { type: string } } }
"""
WRITTEN = """\
# Exported by Baton for local (http://shop.test).
# --secret password=… : in Baton it is secrets.password

# shop/login (shop.yaml:4:3)
POST http://shop.test/login
{
  "who": "Ada",
  "password": "{{password}}"
}
HTTP 200
[Captures]
access: jsonpath "$.token" redact
user_id: header "X-User"
[Asserts]
duration < 1500

# shop/catalog (shop.yaml:9:3)
GET http://shop.test/catalog
Authorization: Bearer {{access}}
[Options]
retry: 2
retry-interval: 500ms
HTTP *
[Captures]
catalog_ids_0: jsonpath "$.items[*].id" nth 0
catalog_ids_1: jsonpath "$.items[*].id" nth 1
[Asserts]
status >= 200
status < 300
header "Content-Type" contains "json"
jsonpath "$.currency" matches "^(?:EUR|US\\\\$)$"
jsonpath "$.items" count == 3
# not in Hurl: expects json $.items sorted (shop.yaml:17:39)
jsonpath "$.items[0].price" >= 1
jsonpath "$.items[0].price" <= 9.5
jsonpath "$.user" == {{user_id}}

# shop/buy (shop.yaml:21:3)
PUT http://shop.test/cart/{{user_id}}
[Query]
first: {{catalog_ids_1}}
x: 1
[Form]
a: 1 \\# \\u{7b}{
b: {{catalog_ids_0}}
[BasicAuth]
Ada: {{password}}
HTTP *
[Asserts]
status >= 200
status < 300

# shop/note (shop.yaml:26:3)
PUT http://shop.test/note
Content-Type: text/plain; charset=utf-8
[Options]
location: true
`\\`{{user_id}}\\``
HTTP *
# not in Hurl: captures words by jmespath words
[Asserts]
status >= 400
status < 500
jsonpath "$.a" isString

# What Hurl has no words for:
# * shop/catalog: expects json $.items sorted (shop.yaml:17:39)
# * shop/note: captures words by jmespath words
# * shop/buy: its clean-up
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The suite, in the current folder."""
    (tmp_path / "shop.yaml").write_text(SUITE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_requests_captures_and_asserts_are_entries(capsys: pytest.CaptureFixture[str]) -> None:
    """In an order that keeps what they need; a position in a list is a capture of its own. What Hurl has no
    words for is said in its place, and at the end."""
    assert run_command(["export", "hurl", "shop.yaml"]) == 0
    assert capsys.readouterr().out == WRITTEN


@pytest.mark.usefixtures("folder")
def test_what_is_not_captured_in_the_file_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """One test alone lacks what others would have given it."""
    assert run_command(["export", "hurl", "shop.yaml", "--only", "note"]) == 0
    assert "# --variable user_id=… : in Baton it is user_id\n" in capsys.readouterr().out


def test_two_captures_of_one_name_are_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a Hurl file the latest one counts, in Baton that of the own suite."""
    (folder / "other.yaml").write_text(SUITE.replace("suite: shop", "suite: other"), encoding="utf-8")
    assert run_command(["export", "hurl", "shop.yaml", "other.yaml", "--only", "login"]) == 0
    assert "/login: captures access anew: from here on entries get this one" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_secrets_are_written_only_when_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As variables they can be put into a repository."""
    monkeypatch.setenv("BATON_SECRET_PASSWORD", "pass-word")
    run_command(["export", "hurl", "shop.yaml"])
    assert "pass-word" not in capsys.readouterr().out
    run_command(["export", "hurl", "shop.yaml", "--with-secrets"])
    assert '"password": "pass-word"' in capsys.readouterr().out


def test_texts_are_escaped_for_their_place() -> None:
    """A comment, a variable, an end of a line that is none."""
    spelling = Spelling(Symbols())
    assert spelling.value(" a#b\\c {{d}} ") == "\\u{20}a\\#b\\\\c \\u{7b}{d}}\\u{20}"
    assert spelling.key("a: b[0]") == "a\\:\\u{20}b\\u{5b}0\\u{5d}"
    assert spelling.quoted('say "{{hi}}"\n') == '"say \\"\\u{7b}{hi}}\\"\\n"'
    assert spelling.one_line("`a`") == "`\\`a\\``"
    assert spelling.url("http://a.test/{{x}}#y z") == "http://a.test/%7B%7Bx%7D%7D%23y%20z"
    assert spelling.json({"a": "{{b}}"}) == '{\n  "a": "\\u007b{b}}"\n}'


def test_a_mark_is_a_variable_wherever_it_stands() -> None:
    """Its name is written small, as people write Hurl's variables."""
    symbols = Symbols()
    spelling, mark = Spelling(symbols), symbols.mark("tokens.access")
    assert spelling.value(f"Bearer {mark}") == "Bearer {{access}}"
    assert spelling.quoted(f'"{mark}"') == '"\\"{{access}}\\""'
    assert (spelling.only_mark(mark), spelling.only_mark(f"x{mark}")) == ("access", "")
