import type { EndOfRun } from "../data/metrics";

export interface DayOfRuns {
  readonly date: string;
  readonly passed: number;
  readonly failed: number;
  readonly broken: number;
  readonly blocked: number;
  readonly skipped: number;
  readonly runs: number;
  /** Of the tests that could have passed; null when there was none. */
  readonly successRate: number | null;
  readonly medianMs: number | null;
}

/** The ends of runs by day, the first day first. */
export function byDay(ends: readonly EndOfRun[]): DayOfRuns[] {
  const days = new Map<string, EndOfRun[]>();
  for (const end of ends) days.set(end.date, [...(days.get(end.date) ?? []), end]);
  return [...days]
    .map(([date, rows]) => dayOf(date, rows))
    .sort((a, b) => a.date.localeCompare(b.date));
}

function dayOf(date: string, rows: readonly EndOfRun[]): DayOfRuns {
  const add = (name: "passed" | "failed" | "broken" | "blocked" | "skipped" | "runs") =>
    rows.reduce((total, row) => total + row[name], 0);
  const passed = add("passed");
  const judged = passed + add("failed") + add("broken") + add("blocked");
  return {
    date,
    passed,
    failed: add("failed"),
    broken: add("broken"),
    blocked: add("blocked"),
    skipped: add("skipped"),
    runs: add("runs"),
    successRate: judged === 0 ? null : (100 * passed) / judged,
    medianMs: median(rows.flatMap((row) => row.duration_ms ?? [])),
  };
}

function median(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
