"""The same questions over HTTP, side by side with SQL."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.database.data_api import DataApi
from bench.database.measuring import Measure, percentile
from bench.database.queries import Query
from bench.database.tenants import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How long a question takes over HTTP, in milliseconds, over all places, and how long in SQL."""

    in_sql: Measure
    p50: float = 0.0
    p95: float = 0.0
    rows: int = 0
    #: What the Data API said instead of rows, or why it was not asked.
    refusal: str = ""
    only_sql: str = ""

    @property
    def own(self) -> float:
        """What the API adds to the database's time."""
        return self.p50 - self.in_sql.p50

    @property
    def is_right(self) -> bool:
        """Whether it answered, with as many rows as SQL does."""
        return bool(self.only_sql) or (not self.refusal and self.rows == self.in_sql.rows)


def compare(
    api: DataApi, query: Query, in_sql: Measure, places: Sequence[Place], *, rounds: int
) -> Comparison:
    """Ask at every place, `rounds` times. The first refusal ends it."""
    if query.only_sql:
        return Comparison(in_sql=in_sql, only_sql=query.only_sql)
    times, most = [], 0
    for place in places:
        for _ in range(rounds):
            answer = api.ask(query, place)
            if answer.refusal:
                return Comparison(in_sql=in_sql, refusal=answer.refusal)
            times.append(answer.milliseconds)
            most = max(most, answer.rows)
    return Comparison(in_sql=in_sql, p50=statistics.median(times), p95=percentile(times, 95), rows=most)
