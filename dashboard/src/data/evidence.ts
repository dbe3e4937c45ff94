import { useQuery } from "@tanstack/react-query";
import { useClient } from "./client";
import { rowsOf } from "./errors";
import { allRows, PAGE_ROWS } from "./paging";
import type { RunKey } from "./results";
import type { Verdict } from "./words";

export type Headers = readonly (readonly [string, string])[];

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly bytes?: number;
}

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | null;
  readonly bytes?: number;
  readonly truncated?: boolean;
  readonly http_version?: string;
  readonly timings?: Readonly<Record<string, number>>;
}

export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface Assertion {
  readonly kind: string;
  readonly subject: string;
  readonly operator: string;
  readonly passed: boolean;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly message: string;
  readonly difference: string;
  readonly where?: Place | null;
}

export interface Capture {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
  readonly target: string;
}

export interface AttemptNote {
  readonly number: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly category: string | null;
  readonly started_at?: string;
  readonly setup_ms?: number;
  readonly execution_ms?: number;
  readonly teardown_ms?: number;
}

export interface Detail {
  readonly id: string;
  readonly kind: string;
  readonly attempt: number;
  readonly step: number | null;
  readonly iteration: number | null;
  readonly position: number;
  readonly level: string | null;
  readonly content: unknown;
}

/** The evidence of one result, in order. Everything in it is masked. */
export function useEvidence(run: RunKey | undefined, testId: string, hasResult: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["evidence", run?.id, testId, hasResult],
    queryFn: async (): Promise<Detail[]> => {
      const rows = await allRows((after) => {
        const query = client
          .from("test_result_details")
          .select("id,kind,attempt,step,iteration,position,level,content")
          .eq("run_id", (run as RunKey).id)
          .eq("run_created_at", (run as RunKey).created_at)
          .eq("test_case_id", testId)
          .order("id")
          .limit(PAGE_ROWS);
        return rowsOf(after === null ? query : query.gt("id", after));
      });
      return rows.sort((a, b) => a.attempt - b.attempt || a.position - b.position);
    },
    enabled: run !== undefined && hasResult,
  });
}

/** One request with its answer, and what was made of it. */
export interface Exchange {
  readonly key: string;
  readonly step: number | null;
  readonly iteration: number | null;
  request: SentRequest | null;
  response: ReceivedResponse | null;
  readonly assertions: Assertion[];
  readonly captures: Capture[];
  readonly logs: { level: string | null; text: string }[];
}

export interface Attempt {
  readonly number: number;
  note: AttemptNote | null;
  readonly exchanges: Exchange[];
}

/** Evidence by attempt and exchange. What belongs to none (context, clean-ups) is left out. */
export function intoAttempts(details: readonly Detail[]): Attempt[] {
  const attempts = new Map<number, Attempt>();
  for (const detail of details) {
    if (!ATTEMPT_KINDS.has(detail.kind)) continue;
    const attempt = attempts.get(detail.attempt) ?? {
      number: detail.attempt,
      note: null,
      exchanges: [],
    };
    attempts.set(detail.attempt, attempt);
    place(detail, attempt);
  }
  return [...attempts.values()].sort((a, b) => a.number - b.number);
}

const ATTEMPT_KINDS = new Set(["attempt", "request", "response", "assertion", "capture", "log"]);

function place(detail: Detail, attempt: Attempt): void {
  if (detail.kind === "attempt") {
    attempt.note = detail.content as AttemptNote;
    return;
  }
  const exchange = exchangeFor(detail, attempt);
  if (detail.kind === "request") exchange.request = detail.content as SentRequest;
  if (detail.kind === "response") exchange.response = detail.content as ReceivedResponse;
  if (detail.kind === "assertion") exchange.assertions.push(detail.content as Assertion);
  if (detail.kind === "capture") exchange.captures.push(detail.content as Capture);
  if (detail.kind === "log")
    exchange.logs.push({ level: detail.level, text: textOf(detail.content) });
}

function exchangeFor(detail: Detail, attempt: Attempt): Exchange {
  const last = attempt.exchanges.at(-1);
  const same = last && last.step === detail.step && last.iteration === detail.iteration;
  // A second request of the same step begins anew: a poll, or a request after a renewed token.
  const isNew = detail.kind === "request" && last?.request !== null && last?.request !== undefined;
  if (last && same && !isNew) return last;
  const exchange: Exchange = {
    key: detail.id,
    step: detail.step,
    iteration: detail.iteration,
    request: null,
    response: null,
    assertions: [],
    captures: [],
    logs: [],
  };
  attempt.exchanges.push(exchange);
  return exchange;
}

function textOf(content: unknown): string {
  const text = (content as { message?: unknown; text?: unknown } | null) ?? {};
  if (typeof text.message === "string") return text.message;
  if (typeof text.text === "string") return text.text;
  return JSON.stringify(content);
}
