import { useQuery } from "@tanstack/react-query";
import { type Finding, slowerBy } from "../lib/findings";
import { type Client, useClient } from "./client";
import { rowsOf } from "./errors";
import type { Run } from "./runs";

/** What a run brought to light about a test, beyond its own verdict. */
export interface TestFinding extends Finding {
  readonly testId: string;
}

/** What was found out after this run, as long as it holds: a test that is mended is flaky no more. */
export function useFindings(run: Run, isOver: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["findings", run.id],
    queryFn: async () => [...(await readFlaky(client, run)), ...(await readSlower(client, run))],
    enabled: isOver,
  });
}

async function readFlaky(client: Client, run: Run): Promise<TestFinding[]> {
  const rows = await rowsOf(
    client
      .from("failure_analysis")
      .select("test_case_id,flaky_reason")
      .eq("environment_id", run.environment_id)
      .eq("is_flaky", true)
      .eq("flaky_run_id", run.id)
      .order("test_case_id")
      .limit(MOST),
  );
  const reasons = new Map(rows.map((row) => [row.test_case_id, row.flaky_reason ?? ""]));
  return [...reasons].map(([testId, reason]) => ({
    type: "flaky_test_detected",
    testId,
    reason,
    slower: null,
  }));
}

async function readSlower(client: Client, run: Run): Promise<TestFinding[]> {
  const rows = await rowsOf(
    client
      .from("performance_metrics")
      .select("test_case_id,baseline_ms,p50_response_time_ms")
      .eq("environment_id", run.environment_id)
      .eq("date", new Date(run.created_at).toISOString().slice(0, 10))
      .eq("is_slower", true)
      .eq("slower_run_id", run.id)
      .order("test_case_id")
      .limit(MOST),
  );
  return rows.map((row) => ({
    type: "performance_degradation",
    testId: row.test_case_id,
    reason: "",
    slower: slowerBy(row.p50_response_time_ms, row.baseline_ms),
  }));
}

/** More than anybody reads; the pages of failures and trends have all of them. */
const MOST = 200;
