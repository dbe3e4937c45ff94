import type { Result } from "../data/results";
import { isOver, type RunStatus, type Verdict } from "../data/words";

/** What is known of a run that is followed. Never changed: news makes a new one. */
export interface RunProgress {
  /** The number of the last message that is in here; null before anything was read. */
  readonly sequence: number | null;
  readonly status: RunStatus;
  readonly counters: Counters;
  readonly results: ReadonlyMap<string, Result>;
  /** Tests whose request is under way, with when it went out. */
  readonly running: ReadonlyMap<string, string>;
  readonly contextVersion: number;
}

export interface Counters {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly broken: number;
  readonly blocked: number;
  readonly skipped: number;
}

/** One thing that happened, as a message tells it; tests go by their full names. */
export interface RunEvent {
  readonly type: string;
  readonly test?: string | null;
  readonly verdict?: Verdict | null;
  readonly reason?: string | null;
  readonly error_category?: string | null;
  readonly blocked_by?: string | null;
  readonly required_only?: boolean | null;
  readonly attempts?: number | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly total_ms?: number | null;
  readonly status_code?: number | null;
}

/** A message on the topic of a run. */
export interface RunMessage {
  readonly run_id: string;
  readonly sequence: number;
  readonly status: RunStatus;
  readonly counters: Counters;
  readonly events?: readonly RunEvent[] | null;
  readonly truncated?: boolean | null;
  readonly context_version?: number | null;
}

/** A run's rows. The run's own was read first: its number is not newer than the others. */
export interface Snapshot {
  readonly run: { readonly sequence: number; readonly status: RunStatus } & Counters;
  readonly results: readonly Result[] | null;
}

/** What a test's full name is in the database; undefined for a test nobody here knows. */
export type IdOf = (fullName: string) => string | undefined;

export function emptyProgress(): RunProgress {
  return {
    sequence: null,
    status: "queued",
    counters: { total: 0, passed: 0, failed: 0, broken: 0, blocked: 0, skipped: 0 },
    results: new Map(),
    running: new Map(),
    contextVersion: 0,
  };
}

/** Whether all that this message says is known. */
export function isOld(progress: RunProgress, message: RunMessage): boolean {
  return progress.sequence !== null && message.sequence <= progress.sequence;
}

/** Whether the tables must be read, because this message is not the whole news. */
export function leavesGap(progress: RunProgress, message: RunMessage, idOf: IdOf): boolean {
  return (
    progress.sequence === null ||
    message.sequence > progress.sequence + 1 ||
    message.truncated === true ||
    (message.events ?? []).some((event) => event.test != null && idOf(event.test) === undefined) ||
    // The end is told from rows, which also have the words that belong to it.
    isOver(message.status)
  );
}

/** The news of a message. One that is known already changes nothing, one that leaves a gap no numbers. */
export function withMessage(progress: RunProgress, message: RunMessage, idOf: IdOf): RunProgress {
  if (isOld(progress, message)) return progress;
  const results = new Map(progress.results);
  const running = new Map(progress.running);
  for (const event of message.events ?? []) takeEvent(event, results, running, idOf);
  return {
    sequence: leavesGap(progress, message, idOf) ? progress.sequence : message.sequence,
    // Whether it is over only rows say: they hold everything that belongs to it.
    status: isOver(message.status) ? progress.status : message.status,
    counters: message.counters,
    results,
    running,
    contextVersion: Math.max(progress.contextVersion, message.context_version ?? 0),
  };
}

/** What a message that is known, or from before one came, says of tests that are still under way. */
export function withStarted(progress: RunProgress, message: RunMessage, idOf: IdOf): RunProgress {
  if (isOver(progress.status)) return progress;
  const running = new Map(progress.running);
  for (const event of message.events ?? []) {
    const testId = event.test == null ? undefined : idOf(event.test);
    if (event.type !== "test_started" || testId === undefined) continue;
    if (!progress.results.has(testId)) running.set(testId, event.started_at ?? "");
  }
  return running.size === progress.running.size ? progress : { ...progress, running };
}

function takeEvent(
  event: RunEvent,
  results: Map<string, Result>,
  running: Map<string, string>,
  idOf: IdOf,
): void {
  const testId = event.test == null ? undefined : idOf(event.test);
  if (testId === undefined) return;
  if (event.verdict != null && !results.has(testId)) {
    results.set(testId, asResult(testId, event, event.verdict, idOf));
  }
  if (results.has(testId)) running.delete(testId);
  else if (event.type === "test_started") running.set(testId, event.started_at ?? "");
}

function asResult(testId: string, event: RunEvent, verdict: Verdict, idOf: IdOf): Result {
  return {
    testId,
    verdict,
    reason: event.reason ?? "",
    category: event.error_category ?? null,
    blockedBy: event.blocked_by == null ? null : (idOf(event.blocked_by) ?? null),
    requiredOnly: event.required_only ?? false,
    attempts: event.attempts ?? 1,
    startedAt: event.started_at ?? null,
    finishedAt: event.finished_at ?? null,
    totalMs: event.total_ms ?? null,
    statusCode: event.status_code ?? null,
  };
}

/** The news in rows; they are right whatever messages were lost. */
export function withSnapshot(progress: RunProgress, { run, results }: Snapshot): RunProgress {
  // A read that was overtaken by messages knows less than they told.
  const isLate = progress.sequence !== null && run.sequence < progress.sequence;
  const merged = new Map(progress.results);
  for (const result of results ?? []) merged.set(result.testId, result);
  const running = new Map([...progress.running].filter(([testId]) => !merged.has(testId)));
  const { total, passed, failed, broken, blocked, skipped } = run;
  return {
    ...progress,
    sequence: Math.max(progress.sequence ?? 0, run.sequence),
    status: isLate ? progress.status : run.status,
    counters: isLate ? progress.counters : { total, passed, failed, broken, blocked, skipped },
    results: merged,
    running: isOver(run.status) ? new Map() : running,
  };
}

/** How many tests have a verdict, as the database counts. */
export function counted({ passed, failed, broken, blocked, skipped }: Counters): number {
  return passed + failed + broken + blocked + skipped;
}
