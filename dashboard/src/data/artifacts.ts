import { useQuery } from "@tanstack/react-query";
import { useClient } from "./client";
import { asDataError, rowsOf } from "./errors";

/**
 * What is in a file that an API has answered, as base64; null once its days are over. It is asked for when
 * `isWanted`, and never changes.
 */
export function useArtifact(runId: string, testId: string, checksum: string, isWanted: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["artifact", runId, testId, checksum],
    queryFn: async (): Promise<string | null> => {
      try {
        const answer = await rowsOf(
          client.rpc("get_artifact", {
            p_run_id: runId,
            p_test_case_id: testId,
            p_checksum: checksum,
          }),
        );
        return (answer as { content: string }).content;
      } catch (error) {
        if (asDataError(error).isMissing) return null;
        throw error;
      }
    },
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
