"""What all models of the border promise."""

import pytest
from pydantic import ValidationError

from worker.errors import PlatformError, UsageError
from worker.records import ClaimedEnvironmentAnswer, RecordAnswer, TestRunRequest, read_answer

ANSWER = {"continue": True, "batch_number": 3, "context_version": 7}


def test_an_answer_is_read() -> None:
    """With the defaults for what an older database does not say, and without what a newer one adds."""
    answer = read_answer(RecordAnswer, {**ANSWER, "something": "new"}, what="record_run")
    assert (answer.go_on, answer.batch_number, answer.sequence) == (True, 3, None)


@pytest.mark.parametrize("answer", [None, [], {}, {**ANSWER, "batch_number": "third"}])
def test_an_answer_of_another_shape_is_refused(answer: object) -> None:
    """As a failure of the project, with what was asked and what to do."""
    with pytest.raises(PlatformError) as refused:
        read_answer(RecordAnswer, answer, what="record_run")
    assert refused.value.where == "record_run"
    assert "baton db check" in (refused.value.hint or "")


def test_a_refusal_names_the_field_and_never_its_value() -> None:
    """It could be a secret that came in the wrong place."""
    with pytest.raises(PlatformError) as refused:
        read_answer(ClaimedEnvironmentAnswer, {"name": {"x": "canary"}, "kind": "ci"}, what="claim_run")
    assert "name: " in refused.value.what
    assert "canary" not in f"{refused.value} {refused.value.hint} {refused.value.__cause__}"


def test_secrets_are_in_no_repr() -> None:
    """Whoever prints a claim by mistake prints no password."""
    environment = ClaimedEnvironmentAnswer.model_validate(
        {"name": "staging", "kind": "staging", "secrets": {"password": "canary"}}
    )
    assert "canary" not in repr(environment)
    assert "canary" not in str(environment)


def test_models_are_values() -> None:
    """Nobody changes what came over the border."""
    answer = read_answer(RecordAnswer, ANSWER, what="record_run")
    with pytest.raises(ValidationError):
        answer.batch_number = 4


def test_an_argument_says_what_was_given_and_no_more() -> None:
    """What is None is left out, so that the database's own default holds."""
    document = TestRunRequest.checked(environment="staging", suites=("shop",)).document()
    assert document["suites"] == ["shop"]
    assert "git_branch" not in document


@pytest.mark.parametrize(
    "mistake", [{"environment": 3}, {"environment": "x", "trigger": "moon"}, {"suit": []}]
)
def test_an_argument_that_cannot_be_is_the_callers_mistake(mistake: dict[str, object]) -> None:
    """Refused here, with the field, before anything is sent."""
    with pytest.raises(UsageError, match="cannot be asked for"):
        TestRunRequest.checked(**mistake)
