import type { Result } from "../data/results";
import type { Verdict } from "../data/words";

export interface Bar {
  readonly testId: string;
  /** Milliseconds after the first test began. */
  readonly start: number;
  readonly length: number;
  readonly verdict: Verdict;
}

export interface TimelineData {
  readonly bars: readonly Bar[];
  readonly span: number;
}

/** The results of a run as bars on one axis, in the order in which they began. */
export function timelineOf(results: Iterable<Result>): TimelineData {
  const timed = [...results].filter((result) => result.startedAt !== null);
  const starts = timed.map((result) => Date.parse(result.startedAt as string));
  const origin = Math.min(...starts);
  const bars = timed.map((result, index): Bar => {
    const begun = starts[index] as number;
    const ended =
      result.finishedAt === null ? begun + (result.totalMs ?? 0) : Date.parse(result.finishedAt);
    // A moment is told to the millisecond; how long it took is known better.
    return {
      testId: result.testId,
      verdict: result.verdict,
      start: begun - origin,
      length: result.totalMs ?? ended - begun,
    };
  });
  bars.sort((a, b) => a.start - b.start || b.length - a.length);
  const span = Math.max(1, ...bars.map((bar) => bar.start + bar.length));
  return { bars, span };
}

/** Round marks for an axis of this length, five or so. */
export function marksFor(span: number): number[] {
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const marks: number[] = [];
  for (let mark = 0; mark <= span; mark += step) marks.push(mark);
  return marks;
}

/** Where a bar's time stands: beside it, where there is room; in it, where it leaves none. */
export type Side = "after" | "before" | "inside";

/** What part of an axis a time may take. */
const ROOM = 0.2;

export function sideOfTime(start: number, length: number, span: number): Side {
  if (start + length <= (1 - ROOM) * span) return "after";
  return start >= ROOM * span ? "before" : "inside";
}
