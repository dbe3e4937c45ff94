import { useQuery } from "@tanstack/react-query";
import { useClient } from "./client";
import { rowsOf } from "./errors";
import { PAGE_ROWS } from "./paging";

/** How the suites of a project did in the last 30 days. */
export function useSuiteStatistics(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["suite-statistics", projectId],
    queryFn: () =>
      rowsOf(
        client
          .from("suite_statistics")
          .select("*")
          .eq("project_id", projectId)
          .order("key")
          .limit(PAGE_ROWS),
      ),
  });
}

/** What a test sends and expects, a row for each step. */
export function useTestDefinition(testId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["test-definition", testId],
    queryFn: async () => {
      const [requests, responses] = await Promise.all([
        rowsOf(
          client
            .from("test_request_configs")
            .select("step_index,method,path,query,headers,body,auth")
            .eq("test_case_id", testId)
            .order("step_index"),
        ),
        rowsOf(
          client
            .from("test_response_specs")
            .select("step_index,expectations,captures")
            .eq("test_case_id", testId)
            .order("step_index"),
        ),
      ]);
      return requests.map((request) => ({
        ...request,
        ...responses.find((response) => response.step_index === request.step_index),
      }));
    },
  });
}
