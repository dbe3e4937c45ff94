"""All that one run knows: who hands what to whom, and what stays hidden."""

import json

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.errors import TemplateError, UndefinedName
from context.execution import ExecutionContext
from context.scope import SetBy
from context.state import CaptureRecordData, Provenance
from context.values import MASK, JsonValue

from .responses import Answer, answer

TOKEN = "eyJ-token-0001"
LOGIN = answer(
    {
        "access_token": TOKEN,
        "user": {"id": 7},
        "auth": f"Bearer {TOKEN}",
        "key": {"id": "key-1", "pin": 4711},
    },
    headers=(("Set-Cookie", "sid=session-77"),),
)


def _rule(
    name: str,
    expression: str,
    target: CaptureTarget = CaptureTarget.DATA,
    *,
    required: bool = True,
    default: JsonValue = None,
    secret: bool = False,
) -> CaptureRule:
    return CaptureRule(
        name=name,
        target=target,
        source=CaptureSource.JSONPATH,
        expression=expression,
        required=required,
        default=default,
        secret=secret,
    )


ACCESS_TOKEN = _rule("access_token", "$.access_token", CaptureTarget.TOKEN)
USER_ID = _rule("user_id", "$.user.id", CaptureTarget.VARIABLE)
AUTH = _rule("auth", "$.auth", CaptureTarget.VARIABLE)
KEY = _rule("key", "$.key", secret=True)


def _context() -> ExecutionContext:
    return ExecutionContext(
        base_url="http://api",
        variables={"email": "ada@example.com", "region": "eu", "limit": 1},
        overrides={"limit": 2},
        secrets={"password": "correct-horse"},
        suite_variables={
            "shop": {
                "region": "suite",
                "limit": 3,
                "page": 10,
                "name": "u-{{ uuid() }}",
                "header": "Bearer {{ tokens.access_token }}",
                "both": "{{ name }} {{ page }}",
                "first": "{{ second }}",
                "second": "{{ first }}",
            },
            "other": {"page": 20},
        },
        seed=1,
    )


def _logged_in() -> ExecutionContext:
    context = _context()
    captured = context.capture(LOGIN, suite="shop", test="login", rules=[AUTH, ACCESS_TOKEN, USER_ID, KEY])
    assert captured.failures == ()
    return context


def _render(
    context: ExecutionContext, template: str, *, suite: str = "shop", test: str = "cart"
) -> JsonValue:
    return context.render(template, suite=suite, test=test)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ base_url }}", "http://api"),
        ("{{ tokens.access_token }}", TOKEN),
        ("{{ shared_auth_tokens.access_token }}", TOKEN),
        ("{{ captured_data.login.access_token }}", TOKEN),
        ("{{ user_id }}", 7),
        ("{{ shared_variables.user_id }}", 7),
        ("{{ captured_data.login.user_id }}", 7),
        ("{{ captured_data['shop/login'].key.pin }}", 4711),
        ("{{ env.email }} {{ email }}", "ada@example.com ada@example.com"),
        ("{{ secrets.password }}", "correct-horse"),
        ("{{ header }}", f"Bearer {TOKEN}"),
    ],
)
def test_a_test_sees_what_others_have_captured(template: str, value: JsonValue) -> None:
    """By short names and by full paths."""
    assert _render(_logged_in(), template) == value


def test_another_suite_reaches_a_test_by_its_full_name() -> None:
    """A key alone means a test of one's own suite."""
    context = _logged_in()
    assert _render(context, "{{ captured_data['shop/login'].user_id }}", suite="other") == 7
    with pytest.raises(UndefinedName, match="'captured_data' has no 'login'"):
        _render(context, "{{ captured_data.login.user_id }}", suite="other")


@pytest.mark.parametrize(
    ("name", "value", "set_by"),
    [
        ("limit", 2, SetBy.COMMAND),
        ("region", "eu", SetBy.ENVIRONMENT),
        ("page", 10, SetBy.SUITE),
        ("user_id", 7, SetBy.CAPTURE),
    ],
)
def test_the_nearest_value_wins_and_is_remembered(name: str, value: JsonValue, set_by: SetBy) -> None:
    """Captured, then command line, then environment, then suite."""
    context = _logged_in()
    setting = context.who_set(name, suite="shop")
    assert setting is not None
    assert (_render(context, f"{{{{ {name} }}}}"), setting.set_by) == (value, set_by)


def test_nobody_set_what_is_not_there() -> None:
    """Then there is no setting."""
    assert _context().who_set("nothing", suite="shop") is None


def test_env_is_the_environment_with_the_command_line_and_never_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A tenant's suite cannot read a worker's own settings."""
    monkeypatch.setenv("WORKER_KEY", "sb_secret_key")
    context = _context()
    assert _render(context, "{{ env.limit }}") == 2
    with pytest.raises(UndefinedName):
        _render(context, "{{ env.WORKER_KEY }}")
    with pytest.raises(UndefinedName):
        _render(context, "{{ env.page }}")


def test_a_suite_variable_is_filled_once_for_the_whole_run() -> None:
    """So that every test of the suite works with the same made-up name."""
    context = _context()
    name = _render(context, "{{ name }}")
    assert _render(context, "{{ name }}", test="order") == name
    assert _render(context, "{{ both }}") == f"{name} 10"


def test_a_suite_variable_that_needs_a_capture_follows_it() -> None:
    """It is filled anew, because the value may change."""
    context = _logged_in()
    context.set_tokens({"access_token": "renewed-0002"}, test="shop/login")
    assert _render(context, "{{ header }}") == "Bearer renewed-0002"


def test_suite_variables_that_need_one_another_are_an_error() -> None:
    """The error shows the circle."""
    with pytest.raises(TemplateError, match="first needs second needs first"):
        _render(_context(), "{{ first }}")


def test_what_is_random_does_not_depend_on_the_order_of_tests() -> None:
    """Two runs with one seed agree, whichever test came first."""
    first, second = _context(), _context()
    values = [_render(first, "{{ uuid() }}", test=test) for test in ("a", "b")]
    assert [_render(second, "{{ uuid() }}", test=test) for test in ("b", "a")] == values[::-1]


def test_a_capture_tells_people_nothing_secret() -> None:
    """Tokens, captures marked secret, and values that hold one of these are hidden."""
    captured = _context().capture(LOGIN, suite="shop", test="login", rules=[AUTH, ACCESS_TOKEN, USER_ID, KEY])
    assert captured.records == (
        CaptureRecordData(name="auth", target="variable", source="$.auth", value="Bearer ***"),
        CaptureRecordData(name="access_token", target="token", source="$.access_token", value=MASK),
        CaptureRecordData(name="user_id", target="variable", source="$.user.id", value=7),
        CaptureRecordData(name="key", target="data", source="$.key", value=MASK),
    )
    assert captured.change is not None
    assert captured.change.tokens == ("access_token",)
    assert captured.change.variables == {"auth": MASK, "user_id": 7}
    assert captured.change.captured_data == {"auth": MASK, "access_token": MASK, "user_id": 7, "key": MASK}
    for hidden in (TOKEN, "key-1", "4711"):
        assert hidden not in repr(captured)


def test_a_recorder_gets_the_secrets_apart() -> None:
    """What was hidden is in `secrets`, and nothing else is."""
    captured = _context().capture(LOGIN, suite="shop", test="login", rules=[AUTH, ACCESS_TOKEN, USER_ID, KEY])
    assert captured.change is not None
    assert captured.change.secrets == {
        "tokens": {"access_token": TOKEN},
        "variables": {"auth": f"Bearer {TOKEN}"},
        "captured_data": {
            "auth": f"Bearer {TOKEN}",
            "access_token": TOKEN,
            "key": {"id": "key-1", "pin": 4711},
        },
    }


def test_everything_secret_is_masked_the_moment_it_arrives() -> None:
    """The environment's secrets, tokens, secret captures: in any text, also as numbers."""
    mask = _logged_in().mask
    assert mask.text(f"{TOKEN} correct-horse key-1 4711 7") == "*** *** *** *** 7"
    assert mask.value({"pin": 4711}) == {"pin": MASK}


def test_a_failed_capture_keeps_nothing_and_says_why() -> None:
    """All or nothing; what was found is masked all the same."""
    context = _context()
    captured = context.capture(
        LOGIN, suite="shop", test="login", rules=[ACCESS_TOKEN, _rule("id", "$.usr.id"), _rule("x", "$.x")]
    )
    assert captured.failures == (
        "capture 'id': $.usr.id: no 'usr' in the object; it has: access_token, user, auth, key"
        " (did you mean 'user'?)",
        "capture 'x': $.x: no 'x' in the object; it has: access_token, user, auth, key",
    )
    assert captured.change is None
    assert context.version == 0
    assert context.mask.text(TOKEN) == MASK
    with pytest.raises(UndefinedName):
        _render(context, "{{ tokens.access_token }}")


def test_a_reason_holds_no_secret() -> None:
    """Names in a response can be secret too."""
    context = _context()
    captured = context.capture(
        answer({"correct-horse": 1}), suite="shop", test="login", rules=[_rule("x", "$.x")]
    )
    assert captured.failures == ("capture 'x': $.x: no 'x' in the object; it has: ***",)


def test_an_error_of_a_template_holds_no_secret() -> None:
    """Neither its words, nor the expression, nor the near names."""
    context = _context()
    context.capture(answer({"correct-horse": 1}), suite="shop", test="a", rules=[_rule("all", "$")])
    with pytest.raises(UndefinedName) as caught:
        _render(context, "{{ captured_data.a.all['correct-hors'] ~ 'correct-horse' }}")
    assert "correct-horse" not in f"{caught.value!s} {caught.value!r} {caught.value.near} {caught.value.args}"


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (_rule("x", "$.nothing", required=False, default="d"), {"x": "d"}),
        (_rule("x", "$.nothing", required=False, default=0), {"x": 0}),
        (_rule("x", "$.user.id", required=False, default=0), {"x": 7}),
        (_rule("x", "$.nothing", required=False), {}),
    ],
)
def test_an_optional_capture_takes_its_default(rule: CaptureRule, value: dict[str, JsonValue]) -> None:
    """Or is not there at all."""
    context = _context()
    assert context.capture(LOGIN, suite="shop", test="login", rules=[rule]).failures == ()
    assert context.values_of("shop/login") == value


@pytest.mark.parametrize("body", [{"access_token": None}, {"access_token": ""}])
def test_an_empty_token_is_no_token(body: JsonValue) -> None:
    """A login that answers without a token has failed here, not three tests later."""
    captured = _context().capture(answer(body), suite="shop", test="login", rules=[ACCESS_TOKEN])
    assert captured.failures == ("capture 'access_token': $.access_token: the token is empty",)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (json.dumps({"x": "a" * 1_100_000}), "too large; 1,000,000 characters are the limit"),
        ('{"x": NaN}', "the result is not a finite number"),
        (json.dumps({"x": [0] * 300_000}), "the result holds more than 250,000 values"),
    ],
)
def test_a_value_that_cannot_be_kept_is_explained(body: str, words: str) -> None:
    """A capture cannot fill the context until nothing else fits in."""
    captured = _context().capture(Answer(body.encode()), suite="s", test="t", rules=[_rule("x", "$.x")])
    assert words in captured.failures[0]


def test_a_failed_test_hides_what_it_would_have_captured() -> None:
    """The answer of a login that was too slow still holds a token."""
    context = _context()
    context.hide_captures(LOGIN, rules=[ACCESS_TOKEN, USER_ID, KEY, _rule("no", "$.no", secret=True)])
    assert context.mask.text(f"{TOKEN} key-1") == "*** ***"
    assert context.version == 0


def test_it_is_known_where_a_value_came_from_and_who_used_it() -> None:
    """Test and capture for every value; its own test is no user."""
    context = _logged_in()
    _render(context, "{{ user_id }} {{ captured_data.login.user_id }}", test="cart")
    _render(context, "{{ tokens.access_token }}", test="order")
    _render(context, "{{ header }}", test="pay")
    _render(context, "{{ user_id }}", test="login")
    known = {origin.name: origin for origin in context.provenance}
    assert known["user_id"] == Provenance(
        name="user_id",
        kind=CaptureTarget.VARIABLE,
        test="shop/login",
        capture="$.user.id",
        used_by=("shop/cart",),
    )
    assert known["access_token"].used_by == ("shop/order", "shop/pay")
    assert known["access_token"].secret


def test_every_change_is_a_version_step() -> None:
    """Captures, tokens, and tests that are over; twice over is once."""
    context = _logged_in()
    assert context.version == 1
    context.finished("shop/login")
    context.finished("shop/login")
    assert (context.version, context.test_order) == (2, ("shop/login",))
    context.set_tokens({"t": "token-2"}, test="shop/login")
    assert context.version == 3


def test_a_restored_context_knows_the_same_and_hides_the_same() -> None:
    """Another worker can go on where this one stopped."""
    context = _logged_in()
    _render(context, "{{ user_id }}")
    context.finished("shop/login")
    restored = ExecutionContext(base_url="http://api")
    _render(restored, "{{ base_url }}")
    restored.restore(context.state())
    assert restored.state() == context.state()
    assert _render(restored, "{{ user_id }} {{ tokens.access_token }}") == f"7 {TOKEN}"
    assert restored.mask.text(f"{TOKEN} key-1 4711") == "*** *** ***"


def test_a_state_does_not_change_afterwards() -> None:
    """What was taken out stays as it was."""
    context = _logged_in()
    state = context.state()
    context.set_tokens({"access_token": "renewed-0002"}, test="shop/login")
    assert state.tokens == {"access_token": TOKEN}
    assert TOKEN not in repr(state)
