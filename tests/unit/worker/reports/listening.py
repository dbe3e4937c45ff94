"""Listeners fed with events, and what they wrote."""

import io
from collections.abc import Iterable
from pathlib import Path

from tests.unit.worker.reports.runs import PATH, SOURCE, ManualClock, Story
from worker.models.events import Event, Listener
from worker.reports import ConsoleReport, report_of
from worker.reports.folding import Folding
from worker.reports.style import Style


async def tell(listener: Listener, events: Iterable[Event]) -> None:
    """All these events, then the end."""
    for event in events:
        await listener.on(event)
    await listener.close()


async def on_console(
    story: Story,
    *,
    style: Style | None = None,
    verbose: bool = False,
    folding: Folding | None = None,
    rerun: str = "",
) -> str:
    """What a console report writes for this story."""
    stream = io.StringIO()
    report = ConsoleReport(
        stream,
        style=style or Style(),
        clock=ManualClock(),
        verbose=verbose,
        plan=story.plan,
        sources={PATH: SOURCE},
        again="baton run shop.yaml",
    )
    report.rerun = rerun
    report.folding = folding or report.folding
    await tell(report, story.events)
    return stream.getvalue()


async def as_file(kind: str, story: Story, folder: Path) -> str:
    """What a report of this kind writes for this story."""
    report = report_of(kind)(folder / f"report.{kind}", plan=story.plan, sources={PATH: SOURCE})
    report.check()
    await tell(report, story.events)
    return report.path.read_text(encoding="utf-8")
