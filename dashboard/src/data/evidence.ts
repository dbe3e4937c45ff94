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
  /** Of a test with steps: each, once for every time it was repeated. */
  readonly steps?: readonly StepNote[];
}

export interface StepNote {
  readonly step: number;
  readonly iteration: number;
  readonly name: string;
  readonly verdict: Verdict;
  readonly reason: string;
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
