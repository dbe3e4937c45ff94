import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Json } from "../../types/database";
import { type Client, useClient } from "./client";
import { rowsOf } from "./errors";
import type { Priority, RunStatus } from "./words";

const RUNS_A_PAGE = 30;

const RUN_COLUMNS =
  "id,organization_id,project_id,environment_id,batch_id,suites,selection,config,priority,executor,trigger,source,git_branch,git_commit,status,reason,message,sequence,total,passed,failed,broken,blocked,skipped,completed,pending,cancel_requested_at,started_at,finished_at,duration_ms,summary,created_at,requested_by,users!test_runs_requested_by_fkey(name),environments(name)" as const;

function selectRuns(client: Client) {
  return client.from("test_runs").select(RUN_COLUMNS);
}

export type Run = NonNullable<Awaited<ReturnType<typeof selectRuns>>["data"]>[number];

export interface RunFilter {
  readonly status: readonly RunStatus[];
  readonly environmentId: string | null;
  readonly suite: string | null;
  readonly branch: string | null;
  readonly mine: string | null;
}

const ANY: RunFilter = {
  status: [],
  environmentId: null,
  suite: null,
  branch: null,
  mine: null,
};

/** The runs of a project, latest first, a page at a time. */
export function useRuns(projectId: string, filter: RunFilter) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ["runs", projectId, filter],
    queryFn: ({ pageParam }) => readPage(client, projectId, filter, pageParam),
    initialPageParam: null as Run | null,
    getNextPageParam: (page) => (page.length < RUNS_A_PAGE ? undefined : page.at(-1)),
    // Those of another filter stay until these are there; those of another project do not.
    placeholderData: (before, query) => (query?.queryKey[1] === projectId ? before : undefined),
  });
}

function readPage(client: Client, projectId: string, filter: RunFilter, last: Run | null) {
  let query = selectRuns(client).eq("project_id", projectId);
  if (filter.status.length > 0) query = query.in("status", [...filter.status]);
  if (filter.environmentId !== null) query = query.eq("environment_id", filter.environmentId);
  if (filter.suite !== null) query = query.contains("suites", [filter.suite]);
  if (filter.branch !== null) query = query.eq("git_branch", filter.branch);
  if (filter.mine !== null) query = query.eq("requested_by", filter.mine);
  if (last !== null) {
    // By key: a list that grows while somebody pages shows no run twice and leaves none out.
    const { created_at: at, id } = last;
    query = query.or(`created_at.lt."${at}",and(created_at.eq."${at}",id.lt.${id})`);
  }
  return rowsOf(
    query
      .order("created_at", { ascending: false })
      .order("id", { ascending: false })
      .limit(RUNS_A_PAGE),
  );
}

/** The latest run of a project, or of one of its suites; null where there is none. */
export function useLatestRun(projectId: string, suite: string | null, isWanted: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["runs", projectId, "latest", suite],
    queryFn: async () => (await readPage(client, projectId, { ...ANY, suite }, null))[0] ?? null,
    enabled: isWanted,
  });
}

export function readRun(client: Client, runId: string): Promise<Run> {
  return rowsOf(selectRuns(client).eq("id", runId).single());
}

export function useRun(runId: string) {
  const client = useClient();
  return useQuery({ queryKey: ["run", runId], queryFn: () => readRun(client, runId) });
}

export interface RunRequest {
  readonly suites: readonly string[];
  readonly only: readonly string[];
  readonly tags: readonly string[];
  readonly environment: string;
  readonly priority: Priority;
  /** Made when the dialogue opens: whoever clicks twice starts one run. */
  readonly idempotencyKey: string;
}

export function useRequestRun(projectId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (request: RunRequest) => {
      const runs = await rowsOf(
        client.rpc("request_runs", {
          p_project_id: projectId,
          p_requests: [describe(request)],
          p_idempotency_key: request.idempotencyKey,
        }),
      );
      return runs[0]?.id ?? "";
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ["runs", projectId] }),
  });
}

function describe({ suites, only, tags, environment, priority }: RunRequest): Json {
  const selection = {
    ...(only.length > 0 && { only: [...only] }),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
  return { suites: [...suites], environment, priority, selection, source: { by: "dashboard" } };
}

export function useCancelRun(runId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => rowsOf(client.rpc("cancel_run", { p_run_id: runId })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["run", runId] }),
  });
}

/** A new run of what did not pass in this one, with what that needs. Gives its id. */
export function useRetryRun(runId: string) {
  const client = useClient();
  return useMutation({
    mutationFn: async (idempotencyKey: string) => {
      const run = await rowsOf(
        client.rpc("retry_run", { p_run_id: runId, p_idempotency_key: idempotencyKey }),
      );
      return run.id;
    },
  });
}
