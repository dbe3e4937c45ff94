import { useQuery } from "@tanstack/react-query";
import { type Client, useClient } from "./client";
import { rowsOf } from "./errors";
import { allRows, PAGE_ROWS } from "./paging";
import type { Verdict } from "./words";

/** What came of a test in a run. */
export interface Result {
  readonly testId: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly category: string | null;
  readonly blockedBy: string | null;
  readonly requiredOnly: boolean;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly totalMs: number | null;
  readonly statusCode: number | null;
}

/** Names the partition of a run's results; without the second, all of them would be searched. */
export interface RunKey {
  readonly id: string;
  readonly created_at: string;
}

const RESULT_COLUMNS =
  "id,test_case_id,verdict,reason,error_category,required_only,attempts,started_at,finished_at,total_ms,status_code,blocked_by_test_id" as const;

function selectResults(client: Client, run: RunKey) {
  return client
    .from("test_results")
    .select(RESULT_COLUMNS)
    .eq("run_id", run.id)
    .eq("run_created_at", run.created_at);
}

type ResultRow = NonNullable<Awaited<ReturnType<typeof selectResults>>["data"]>[number];

/** The results of a run in the order of their ids, each with its own; those after `last`, or all. */
export async function readResults(client: Client, run: RunKey, last: string | null) {
  const rows = await allRows((after) => {
    const query = selectResults(client, run).order("id").limit(PAGE_ROWS);
    const from = after ?? last;
    return rowsOf(from === null ? query : query.gt("id", from));
  });
  return rows.map((row) => ({ id: row.id, ...asResult(row) }));
}

async function readResult(client: Client, run: RunKey, testId: string): Promise<Result | null> {
  const rows = await rowsOf(selectResults(client, run).eq("test_case_id", testId));
  return rows[0] ? asResult(rows[0]) : null;
}

function asResult(row: ResultRow): Result {
  return {
    testId: row.test_case_id,
    verdict: row.verdict,
    reason: row.reason ?? "",
    category: row.error_category,
    blockedBy: row.blocked_by_test_id,
    requiredOnly: row.required_only,
    attempts: row.attempts,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    totalMs: row.total_ms,
    statusCode: row.status_code,
  };
}

/** The result of one test of a run; null while it has none. */
export function useResult(run: RunKey | undefined, testId: string, isOver: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["result", run?.id, testId],
    queryFn: () => readResult(client, run as RunKey, testId),
    enabled: run !== undefined,
    refetchInterval: (query) => (isOver || query.state.data ? false : 2000),
  });
}
