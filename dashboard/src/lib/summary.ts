import type { DayOfTest } from "../data/metrics";

export interface Summary {
  readonly runs: number;
  readonly successRate: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

type Day = Pick<
  DayOfTest,
  | "total_runs"
  | "successful_runs"
  | "measured_runs"
  | "p50_response_time_ms"
  | "p95_response_time_ms"
  | "p99_response_time_ms"
>;

/** Many days as one: counts are added; of the days' percentiles the mean, by how many runs they stand for. */
export function summaryOf(days: readonly Day[]): Summary {
  const runs = sum(days.map((day) => day.total_runs));
  const passed = sum(days.map((day) => day.successful_runs));
  return {
    runs,
    successRate: runs === 0 ? null : (100 * passed) / runs,
    p50: weighted(days, (day) => day.p50_response_time_ms),
    p95: weighted(days, (day) => day.p95_response_time_ms),
    p99: weighted(days, (day) => day.p99_response_time_ms),
  };
}

function weighted(days: readonly Day[], value: (day: Day) => number | null): number | null {
  const measured = days.filter((day) => value(day) !== null && day.measured_runs > 0);
  const weight = sum(measured.map((day) => day.measured_runs));
  if (weight === 0) return null;
  return sum(measured.map((day) => (value(day) ?? 0) * day.measured_runs)) / weight;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
