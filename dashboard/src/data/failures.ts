import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useClient } from "./client";
import { done, rowsOf } from "./errors";
import type { TriageState } from "./words";

/** Failures with one fingerprint are one group; latest first. */
export function useFailureGroups(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["failure-groups", projectId],
    queryFn: () =>
      rowsOf(
        client
          .from("failure_groups")
          .select("*")
          .eq("project_id", projectId)
          .order("last_seen_at", { ascending: false })
          .limit(100),
      ),
  });
}

export type FailureGroup = NonNullable<ReturnType<typeof useFailureGroups>["data"]>[number];

/** The tests of a group, with the run that showed each last. */
export function useGroupMembers(projectId: string, fingerprint: string, isOpen: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["failure-group", projectId, fingerprint],
    queryFn: () =>
      rowsOf(
        client
          .from("failure_analysis")
          .select(
            "id,test_case_id,environment_id,occurrences,last_seen_at,last_run_id,root_cause,is_flaky,flaky_reason,triage,triage_note",
          )
          .eq("project_id", projectId)
          .eq("fingerprint", fingerprint)
          .order("last_seen_at", { ascending: false })
          .limit(100),
      ),
    enabled: isOpen,
  });
}

export function useTriage(projectId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ fingerprint, triage }: { fingerprint: string; triage: TriageState }) =>
      done(
        client
          .from("failure_analysis")
          .update({ triage })
          .eq("project_id", projectId)
          .eq("fingerprint", fingerprint),
      ),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["failure-groups", projectId] });
      await cache.invalidateQueries({ queryKey: ["failure-group", projectId] });
    },
  });
}
