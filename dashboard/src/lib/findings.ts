import { duration } from "./format";

/** What many runs say of a test. */
export interface Finding {
  readonly type: FindingType;
  /** How it shows, in the database's words; empty where it said none. */
  readonly reason: string;
  /** In milliseconds, of one that got slower. */
  readonly slower: { readonly nowMs: number; readonly beforeMs: number } | null;
}

export type FindingType = "flaky_test_detected" | "performance_degradation";

/** What a message on the topic of a project tells: what a run brought to light, as it ended. */
export interface Heard {
  readonly runId: string;
  readonly type: FindingType;
  readonly findings: readonly (Finding & { readonly test: string })[];
}

export function inWords({ type, reason, slower }: Finding): string {
  if (type === "flaky_test_detected") return `fails now and then${reason && `: ${reason}`}`;
  if (slower === null) return "got slower";
  return `got slower: ${duration(slower.nowMs)} instead of ${duration(slower.beforeMs)}`;
}

/** Null for a message that is about something else. */
export function heardIn(event: string, payload: unknown): Heard | null {
  if (event !== "flaky_test_detected" && event !== "performance_degradation") return null;
  const { run_id: runId, events } = (payload ?? {}) as { run_id?: unknown; events?: unknown };
  if (typeof runId !== "string" || !Array.isArray(events)) return null;
  const findings = events.flatMap((each: unknown) => asFinding(event, each));
  return findings.length === 0 ? null : { runId, type: event, findings };
}

interface Told {
  readonly test?: unknown;
  readonly reason?: unknown;
  readonly baseline_ms?: number | null;
  readonly p50_response_time_ms?: number | null;
}

function asFinding(type: FindingType, told: unknown): Heard["findings"] {
  const { test, reason, ...figures } = (told ?? {}) as Told;
  if (typeof test !== "string") return [];
  const slower = slowerBy(figures.p50_response_time_ms, figures.baseline_ms);
  return [{ type, test, reason: typeof reason === "string" ? reason : "", slower }];
}

export function slowerBy(
  nowMs: number | null | undefined,
  beforeMs: number | null | undefined,
): Finding["slower"] {
  return nowMs == null || beforeMs == null ? null : { nowMs, beforeMs };
}
