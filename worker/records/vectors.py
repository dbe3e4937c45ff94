"""Vectors: tests and failures that can be found by what they mean, and by their words without vectors."""

from enum import StrEnum

from pydantic import Field

from worker.records.base import Record


class SearchedKind(StrEnum):
    """What can be found."""

    TEST = "test"  # a test case, by name, description and tags
    FAILURE = "failure"  # a group of failures, by its message


class EmbeddedText(Record):
    """A text as a point in the space of a model. Points of different models cannot be compared."""

    kind: SearchedKind
    id: str
    model: str
    content_hash: str
    vector: tuple[float, ...] = Field(min_length=1, repr=False)


class SearchMatch(Record):
    """What was found. `score` orders matches of one search, 1 is the best there can be."""

    kind: SearchedKind
    id: str
    title: str
    score: float = Field(ge=0, le=1)
