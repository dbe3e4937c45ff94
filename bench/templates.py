"""How long templates and masks take. Run it: python -m bench.templates"""

import json
import timeit
from collections.abc import Callable

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.execution import ExecutionContext
from context.masking import Mask
from context.values import JsonValue


class Login:
    status_code = 200
    headers = ()
    body = b'{"token": "eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo", "ids": [1, 2]}'


PLAIN_FIELDS: JsonValue = {
    "url": "{{ base_url }}/orders/{{ captured_data.log-in.ids[0] }}",
    "authorization": "Bearer {{ tokens.token }}",
    "x-region": "{{ env.region }}",
    "id": "{{ captured_data.log-in.ids[1] }}",
    "note": "no template at all",
}
EXPRESSION_FIELDS: JsonValue = {
    "url": "{{ base_url }}/orders/{{ captured_data.log-in.ids[0] + 1 }}",
    "authorization": "Bearer {{ tokens.token | trim }}",
    "x-region": "{{ env.region | upper }}",
    "id": "{{ captured_data.log-in.ids | first }}",
    "at": "{{ now('+1d') }}",
}


def a_context() -> ExecutionContext:
    context = ExecutionContext(
        base_url="http://api", variables={"region": "eu"}, secrets={"password": "hunter2-x"}
    )
    rules = [
        CaptureRule(name=name, target=target, source=CaptureSource.JSONPATH, expression=f"$.{name}")
        for name, target in (("token", CaptureTarget.TOKEN), ("ids", CaptureTarget.DATA))
    ]
    assert context.capture(Login(), suite="s", test="log-in", rules=rules).change
    return context


def microseconds(action: Callable[[], object], *, times: int) -> float:
    action()
    return min(timeit.repeat(action, number=times, repeat=5)) / times * 1e6


def main() -> None:
    context = a_context()

    def fill(fields: JsonValue) -> Callable[[], object]:
        return lambda: context.render(fields, suite="s", test="order")

    body = json.dumps(
        [{"id": number, "name": f"item {number}", "price": number / 7} for number in range(2_000)]
    )
    headers = [f"value of header {number}" for number in range(5_000)]
    many = Mask(f"secret-{number * 7919:x}-of-many" for number in range(200))
    rows = [
        ("five fields, plain paths", microseconds(fill(PLAIN_FIELDS), times=5_000)),
        ("five fields, expressions", microseconds(fill(EXPRESSION_FIELDS), times=2_000)),
        (
            "mask a header never seen",
            microseconds(lambda: list(map(context.mask._masked, headers)), times=1) / 5_000,
        ),
        (
            "mask a header seen before",
            microseconds(lambda: context.mask.text("application/json"), times=50_000),
        ),
        (f"mask a body of {len(body) // 1000} KB", microseconds(lambda: context.mask.text(body), times=20)),
        ("the same with 200 secrets", microseconds(lambda: many.text(body), times=5)),
    ]
    for what, took in rows:
        print(f"{what:<30}{took:>12,.2f} µs")


if __name__ == "__main__":
    main()
