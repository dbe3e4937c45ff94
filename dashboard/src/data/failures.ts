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
            "id,test_case_id,environment_id,occurrences,last_seen_at,last_run_id,flaky_reason,triaged_at,users!failure_analysis_triaged_by_fkey(name)",
          )
          .eq("project_id", projectId)
          .eq("fingerprint", fingerprint)
          .order("last_seen_at", { ascending: false })
          .limit(100),
      ),
    enabled: isOpen,
  });
}

export type GroupMember = NonNullable<ReturnType<typeof useGroupMembers>["data"]>[number];

export interface Triage {
  readonly fingerprint: string;
  readonly triage: TriageState;
  readonly note: string;
}

/** Say what one thinks of a group: of all failures in it, whichever test they are of. */
export function useTriage(projectId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ fingerprint, triage, note }: Triage) =>
      done(
        client
          .from("failure_analysis")
          .update({ triage, triage_note: note.trim() })
          .eq("project_id", projectId)
          .eq("fingerprint", fingerprint),
      ),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["failure-groups", projectId] });
      await cache.invalidateQueries({ queryKey: ["failure-group", projectId] });
    },
  });
}
