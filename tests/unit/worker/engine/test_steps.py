"""Tests of several steps: what one hands to the next, and what becomes of the test."""

from tests.engines import no_answer
from tests.flows import a_play, in_turn, json
from worker.models.outcome import Verdict

BUY = """
buy:
  steps:
    - name: order
      POST: /orders
      capture: { tokens: { pass: $.pass }, variables: { order_id: $.id }, data: { total: $.total } }
    - name: look
      GET: /orders/{{ order_id }}
      auth: { bearer: "{{ tokens.pass }}" }
      query: { total: "{{ captured_data.buy.total }}", again: "{{ shared_variables.order_id }}" }
      expect: { status: 200 }
"""
ORDER = json('{"id": 7, "pass": "pass-word", "total": 12}')


async def test_a_step_uses_what_those_before_it_have_captured() -> None:
    """By short names and full paths, at once, though nobody else sees it yet."""
    play = await a_play(BUY, {"orders": ORDER}).run()
    assert play.verdicts == {"buy": Verdict.PASSED}
    [_, look] = play.sender.sent
    assert look.url == "http://api.test/orders/7?total=12&again=7"
    assert ("Authorization", "Bearer pass-word") in look.headers


async def test_each_step_has_its_own_record() -> None:
    """With its name, its place, its exchange and its captures; the last one decides a test that passed."""
    play = await a_play(BUY, {"orders": ORDER}).run()
    [attempt] = play.outcome("buy").attempts
    assert [(step.index, step.name, step.verdict) for step in attempt.steps] == [
        (0, "order", Verdict.PASSED),
        (1, "look", Verdict.PASSED),
    ]
    assert [capture.name for capture in attempt.captures] == ["pass", "order_id", "total"]
    assert attempt.exchange is not None
    assert attempt.exchange.url.startswith("http://api.test/orders/7")


async def test_the_first_step_that_fails_ends_the_test_and_names_itself() -> None:
    """Later steps are not sent; the exchange that is shown is its own."""
    play = await a_play(BUY, {"orders": ORDER, "orders/7": 500}).run()
    outcome = play.outcome("buy")
    assert (outcome.verdict, outcome.reason) == (Verdict.FAILED, "look: expected status 200, got 500")
    broken = await a_play(BUY, {"orders": 500}).run()
    assert broken.outcome("buy").reason == "order: expected status 2xx, got 500"
    assert len(broken.sender.sent) == 1


async def test_only_a_whole_test_hands_anything_on() -> None:
    """Half a test is not a producer, whatever its first step has captured."""
    tests = BUY + "pay:\n  POST: /pay/{{ order_id }}\n"
    play = await a_play(tests, {"orders": ORDER, "orders/7": 500}).run()
    assert play.verdicts == {"buy": Verdict.FAILED, "pay": Verdict.BLOCKED}
    assert play.context.values_of("s/buy") == {}
    well = await a_play(tests, {"orders": ORDER}).run()
    assert well.verdicts["pay"] is Verdict.PASSED


async def test_another_attempt_begins_with_the_first_step() -> None:
    """An attempt is all steps; what a failed one has captured is forgotten."""
    first, second = json('{"id": 1, "pass": "p", "total": 1}'), json('{"id": 2, "pass": "q", "total": 1}')
    tests = BUY.replace("buy:\n", "buy:\n  retries: 1\n")
    play = await a_play(tests, {"orders": in_turn(first, second), "orders/1": 500}).run()
    assert [request.url.split("?")[0][15:] for request in play.sender.sent] == [
        "/orders", "/orders/1", "/orders", "/orders/2",
    ]  # fmt: skip
    assert play.outcome("buy").verdict is Verdict.PASSED


async def test_headers_and_auth_of_a_test_hold_for_all_its_steps() -> None:
    """A step may say otherwise."""
    tests = """
        a:
          headers: { X-Tenant: "1" }
          auth: { bearer: t }
          steps: [{ GET: /x }, { GET: /y, headers: { X-Tenant: "2" }, auth: none }]
    """
    play = await a_play(tests).run()
    headers = [dict(request.headers) for request in play.sender.sent]
    assert [(each["X-Tenant"], each.get("Authorization")) for each in headers] == [
        ("1", "Bearer t"),
        ("2", None),
    ]


async def test_a_step_whose_condition_is_not_true_is_left_out() -> None:
    """It is recorded as skipped with the condition, and the test goes on."""
    tests = """
        a:
          steps:
            - { name: first, GET: /x, when: "{{ env.deep }}" }
            - { name: second, GET: /y, when: "{{ env.deep == 'no' }}" }
    """
    play = await a_play(tests, variables={"deep": "no"}).run()
    [attempt] = play.outcome("a").attempts
    assert [(step.verdict, step.reason) for step in attempt.steps] == [
        (Verdict.SKIPPED, "left out: {{ env.deep }} is not true"),
        (Verdict.PASSED, ""),
    ]
    assert attempt.verdict is Verdict.PASSED


async def test_a_condition_that_cannot_be_told_breaks_the_test() -> None:
    """Nobody knows whether the step was wanted."""
    tests = 'a: { steps: [{ name: first, GET: /x, when: "{{ env.deep.down }}" }] }'
    outcome = (await a_play(tests, variables={"deep": "no"}).run()).outcome("a")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "undefined_variable")
    assert outcome.reason.startswith("first: when: {{ env.deep.down }}")


HOOKS = """
    hooks:
      before_each: [{ name: open, POST: /open, capture: { door: $.door } }]
      after_each: [{ name: close, POST: "/close/{{ door }}" }]
"""
DOOR = json('{"door": 3}')


async def test_steps_around_each_test_are_part_of_it() -> None:
    """What those before it captured can be used in the test and behind it."""
    play = await a_play("a: { GET: '/in/{{ door }}' }", {"open": DOOR}, head=HOOKS).run()
    assert [request.url[15:] for request in play.sender.sent] == ["/open", "/in/3", "/close/3"]


async def test_steps_after_each_test_run_also_after_a_failure() -> None:
    """The test's own failure stays the reason."""
    play = await a_play("a: { GET: /in }", {"open": DOOR, "in": 500, "close/3": 500}, head=HOOKS).run()
    outcome = play.outcome("a")
    assert [request.url[15:] for request in play.sender.sent] == ["/open", "/in", "/close/3"]
    assert outcome.reason == "expected status 2xx, got 500"
    alone = await a_play("a: { GET: /in }", {"open": DOOR, "close/3": 500}, head=HOOKS).run()
    assert alone.outcome("a").reason == "close: expected status 2xx, got 500"


async def test_what_comes_before_all_is_needed_by_all() -> None:
    """Its failure blocks them; what comes after all runs all the same, and last."""
    head = "hooks: { before_all: [{ POST: /begin }], after_all: [{ POST: /end }] }"
    play = await a_play("a: { GET: /a }\nb: { GET: /b }", {"begin": 500}, head=head).run()
    assert play.verdicts == {
        "before-all": Verdict.FAILED,
        "a": Verdict.BLOCKED,
        "b": Verdict.BLOCKED,
        "after-all": Verdict.PASSED,
    }
    assert [request.url[15:] for request in play.sender.sent] == ["/begin", "/end"]


async def test_a_test_for_each_row_knows_its_row() -> None:
    """Values keep their types; a value with a template is the same in all places."""
    tests = """
        login:
          rows:
            - { id: ada, size: 3, mail: "{{ uuid() }}" }
            - { id: bob, size: 4, mail: "{{ uuid() }}" }
          POST: "/login/{{ row.id }}"
          json: { size: "{{ row.size }}", text: "{{ row.size }} of {{ row.id }}", mail: "{{ row.mail }}" }
          headers: { X-Mail: "{{ row.mail }}" }
    """
    play = await a_play(tests).run()
    assert play.verdicts == {"login[ada]": Verdict.PASSED, "login[bob]": Verdict.PASSED}
    [ada, bob] = play.sender.sent
    for request in (ada, bob):
        mail = dict(request.headers)["X-Mail"]
        assert request.body is not None
        assert mail.encode() in request.body
    assert ada.body is not None
    assert ada.body.startswith(b'{"size": 3, "text": "3 of ada"') or ada.body.startswith(
        b'{"size":3,"text":"3 of ada"'
    )


async def test_a_template_used_twice_has_its_own_parameters_each_time() -> None:
    """Parameters may hold templates of their own, filled with what earlier steps have captured."""
    head = """
        templates:
          visit:
            params: { greeting: "hello {{ params.who }}" }
            GET: "/visit/{{ params.who }}"
            headers: { X-Greeting: "{{ params.greeting }}!" }
            expect: { status: 200 }
    """
    tests = """
        a:
          steps:
            - { use: visit, with: { who: ada }, capture: { next: $.next } }
            - { use: visit, with: { who: "{{ next }}" }, capture: { last: $.next } }
    """
    script = {"visit/ada": json('{"next": "bob"}'), "visit/bob": json('{"next": 1}')}
    play = await a_play(tests, script, head=head).run()
    assert play.verdicts == {"a": Verdict.PASSED}
    assert [(r.url[15:], dict(r.headers)["X-Greeting"]) for r in play.sender.sent] == [
        ("/visit/ada", "hello ada!"),
        ("/visit/bob", "hello bob!"),
    ]


async def test_no_answer_in_a_step_is_told_with_its_name() -> None:
    """The category is that of the trouble."""
    play = await a_play(BUY, {"orders": ORDER, "orders/7": no_answer()}).run()
    outcome = play.outcome("buy")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "read_timeout")
    assert outcome.reason.startswith("look: no answer")
