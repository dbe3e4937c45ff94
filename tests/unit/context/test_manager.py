"""Contexts of runs by their ids, over a store."""

from datetime import UTC, datetime, timedelta

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.errors import StaleVersion, StoreError
from context.execution import ExecutionContext
from context.manager import DependencyContext, RunEnvironment, TestExecutionContextManager
from context.store import MemoryStore

from .responses import answer

RUN = "run-1"
RULES = [
    CaptureRule(name="id", target=CaptureTarget.DATA, source=CaptureSource.JSONPATH, expression="$.id"),
    CaptureRule(name="t", target=CaptureTarget.TOKEN, source=CaptureSource.JSONPATH, expression="$.t"),
]
LOGIN = answer({"id": 7, "t": "token-1"})


async def _begun(store: MemoryStore) -> TestExecutionContextManager:
    manager = TestExecutionContextManager(store)
    await manager.initialise(
        RUN, ExecutionContext(base_url="http://api", variables={"a": 1}, secrets={"b": "hidden"})
    )
    return manager


async def test_captures_are_stored_and_found_by_another_process() -> None:
    """Whoever gets the run's context next knows what was captured."""
    store = MemoryStore()
    manager = await _begun(store)
    captured = await manager.capture_variables(RUN, LOGIN, suite="s", test="login", rules=RULES)
    assert captured.failures == ()
    other = await TestExecutionContextManager(store).get(RUN)
    assert other.values_of("s/login") == {"id": 7, "t": "token-1"}
    assert other.mask.text("token-1") == "***"


async def test_an_incomplete_capture_is_not_stored() -> None:
    """The store's version stays as it was."""
    store = MemoryStore()
    manager = await _begun(store)
    captured = await manager.capture_variables(RUN, answer({"id": 7}), suite="s", test="login", rules=RULES)
    assert captured.failures
    assert await store.load(RUN) is None


async def test_tokens_are_added_and_replaced() -> None:
    """Each time the version rises by one."""
    manager = await _begun(MemoryStore())
    assert await manager.update_shared_tokens(RUN, {"t": "token-1"}, test="s/login") == 1
    assert await manager.update_shared_tokens(RUN, {"t": "token-2"}, test="s/login") == 2
    context = await manager.get(RUN)
    assert context.render("{{ tokens.t }}", suite="s", test="x") == "token-2"


async def test_a_test_is_ready_when_all_that_it_needs_is_there() -> None:
    """Until then it is said what is missing."""
    manager = await _begun(MemoryStore())
    needs = {"s/login": ["id", "t"], "s/before": []}
    assert await manager.resolve_dependencies(RUN, "s/cart", needs=needs) == DependencyContext(
        test="s/cart",
        ready=False,
        missing=(
            "s/login is not over",
            "s/login has not captured 'id'",
            "s/login has not captured 't'",
            "s/before is not over",
        ),
    )
    await manager.capture_variables(RUN, LOGIN, suite="s", test="login", rules=RULES)
    await manager.finish_test(RUN, "s/before")
    assert await manager.finish_test(RUN, "s/login") == 3
    resolved = await manager.resolve_dependencies(RUN, "s/cart", needs=needs)
    assert resolved.ready
    assert resolved.receives == {"s/login": {"id": 7, "t": "token-1"}, "s/before": {}}
    assert "token-1" not in repr(resolved)


async def test_the_environment_can_be_read_with_its_secrets() -> None:
    """And its repr shows none of them."""
    environment = await (await _begun(MemoryStore())).read_environment(RUN)
    assert environment == RunEnvironment(base_url="http://api", variables={"a": 1}, secrets={"b": "hidden"})
    assert "hidden" not in repr(environment)


async def test_a_late_writer_is_refused_and_can_take_over_what_is_stored() -> None:
    """Nothing is merged silently: after a refusal only the winner's values count."""
    store = MemoryStore()
    first, second = await _begun(store), await _begun(store)
    await first.update_shared_tokens(RUN, {"t": "of the first"}, test="s/login")
    with pytest.raises(StaleVersion):
        await second.update_shared_tokens(RUN, {"t": "of the second"}, test="s/login")
    context = await second.refresh(RUN)
    assert context.render("{{ tokens.t }}", suite="s", test="x") == "of the first"
    assert context.render("{{ secrets.b }}", suite="s", test="x") == "hidden"
    assert await second.update_shared_tokens(RUN, {"u": "token-2"}, test="s/login") == 2


async def test_what_was_never_begun_is_not_there() -> None:
    """It is said, with what may be the reason."""
    with pytest.raises(StoreError, match="there is no context") as caught:
        await TestExecutionContextManager(MemoryStore()).get("unknown")
    assert caught.value.where == "unknown"
    assert caught.value.hint


async def test_an_expired_context_is_cleaned_up_here_and_in_the_store() -> None:
    """24 hours after the last write nothing is left of it."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    store = MemoryStore(now=lambda: moment)
    manager = await _begun(store)
    await manager.finish_test(RUN, "s/login")
    assert await manager.cleanup_expired() == 0
    moment += timedelta(hours=24)
    assert await manager.cleanup_expired() == 1
    with pytest.raises(StoreError):
        await manager.get(RUN)
