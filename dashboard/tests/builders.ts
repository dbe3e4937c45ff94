import type { Detail } from "../src/data/evidence";
import type { Result } from "../src/data/results";
import { Catalogue, type Edge, type Suite, type Test } from "../src/data/tests";
import type { Counters, RunMessage, Snapshot } from "../src/live/progress";

export function suite(change: Partial<Suite> = {}): Suite {
  return {
    id: "s",
    key: "shop",
    name: "shop",
    description: "",
    path: "shop.yaml",
    tags: [],
    version: 1,
    ...change,
  };
}

export function aTest(key: string, change: Partial<Test> = {}): Test {
  return {
    id: key,
    suiteId: "s",
    fullName: `shop/${key}`,
    key,
    name: key,
    position: 0,
    priority: "medium",
    tags: [],
    isQuarantined: false,
    skipReason: null,
    isGone: false,
    ...change,
  };
}

export function edge(from: string, to: string, change: Partial<Edge> = {}): Edge {
  return { from, to, kind: "data", reasons: [], ...change };
}

export function catalogue(tests: readonly Test[], edges: readonly Edge[] = []): Catalogue {
  return new Catalogue([suite()], tests, edges);
}

export function result(testId: string, change: Partial<Result> = {}): Result {
  return {
    testId,
    verdict: "passed",
    reason: "",
    category: null,
    blockedBy: null,
    requiredOnly: false,
    attempts: 1,
    startedAt: null,
    finishedAt: null,
    totalMs: 5,
    statusCode: 200,
    ...change,
  };
}

export function counters(change: Partial<Counters> = {}): Counters {
  return { total: 3, passed: 0, failed: 0, broken: 0, blocked: 0, skipped: 0, ...change };
}

export function message(sequence: number, change: Partial<RunMessage> = {}): RunMessage {
  return { run_id: "r", sequence, status: "running", counters: counters(), events: [], ...change };
}

export function snapshot(
  sequence: number,
  results: readonly Result[] | null = [],
  change: Partial<Snapshot["run"]> = {},
): Snapshot {
  return { run: { sequence, status: "running", ...counters(), ...change }, results };
}

/** Tests of one suite are called by their keys here. */
export const idOf = (name: string) => (name.startsWith("shop/") ? name.slice(5) : undefined);

export function detail(kind: string, content: unknown, change: Partial<Detail> = {}): Detail {
  return {
    id: `${kind}${change.position ?? 0}${change.attempt ?? 1}`,
    kind,
    attempt: 1,
    step: null,
    iteration: null,
    position: 0,
    level: null,
    content,
    ...change,
  };
}
