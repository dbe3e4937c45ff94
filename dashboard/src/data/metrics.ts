import { useQuery } from "@tanstack/react-query";
import { useClient } from "./client";
import { rowsOf } from "./errors";

/** How a test did, day by day, in an environment. */
export function useTestMetrics(testId: string, environmentId: string | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ["test-metrics", testId, environmentId],
    queryFn: () =>
      rowsOf(
        client
          .from("performance_metrics")
          .select(
            "date,total_runs,successful_runs,measured_runs,success_rate,p50_response_time_ms,p95_response_time_ms,p99_response_time_ms,average_response_time_ms,is_slower,baseline_ms",
          )
          .eq("test_case_id", testId)
          .eq("environment_id", environmentId ?? "")
          .eq("granularity", "day")
          .gte("date", daysAgo(90))
          .order("date"),
      ),
    enabled: environmentId !== undefined,
  });
}

export type DayOfTest = NonNullable<ReturnType<typeof useTestMetrics>["data"]>[number];

/** What came of a test in its latest runs, latest first. */
export function useTestHistory(testId: string, limit = 50) {
  const client = useClient();
  return useQuery({
    queryKey: ["test-history", testId, limit],
    queryFn: () =>
      rowsOf(
        client
          .from("test_history")
          .select(
            "run_id,run_created_at,environment_id,verdict,reason,attempts,status_code,total_ms,git_commit",
          )
          .eq("test_case_id", testId)
          .order("run_created_at", { ascending: false })
          .limit(limit),
      ),
  });
}

/** How the latest runs of a project ended, latest first: the trend. */
export function useRunHistory(projectId: string, environmentId: string | null) {
  const client = useClient();
  return useQuery({
    queryKey: ["run-history", projectId, environmentId],
    queryFn: () => {
      const query = client
        .from("test_run_history")
        .select(
          "run_id,environment_id,date,status,total,passed,failed,broken,blocked,skipped,success_rate,duration_ms,waited_ms,finished_at,run_created_at,runs",
        )
        .eq("project_id", projectId)
        .gte("date", daysAgo(90));
      return rowsOf(
        (environmentId === null ? query : query.eq("environment_id", environmentId))
          .order("date", { ascending: false })
          .order("finished_at", { ascending: false })
          .limit(500),
      );
    },
  });
}

export type EndOfRun = NonNullable<ReturnType<typeof useRunHistory>["data"]>[number];

/** The tests that got slower, or are slowest, in the last week. */
export function useSlowTests(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["slow-tests", projectId],
    queryFn: () =>
      rowsOf(
        client
          .from("performance_metrics")
          .select(
            "id,test_case_id,environment_id,date,p50_response_time_ms,p95_response_time_ms,is_slower,baseline_ms,success_rate,total_runs",
          )
          .eq("project_id", projectId)
          .eq("granularity", "day")
          .gte("date", daysAgo(7))
          .order("is_slower", { ascending: false })
          .order("p95_response_time_ms", { ascending: false, nullsFirst: false })
          .limit(200),
      ),
  });
}

export function daysAgo(days: number, now = Date.now()): string {
  return new Date(now - days * 86_400_000).toISOString().slice(0, 10);
}
