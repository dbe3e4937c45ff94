import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Client, useClient } from "./client";
import { changed, done, rowsOf } from "./errors";
import { allRows, PAGE_ROWS } from "./paging";

const COLUMNS =
  "id,method,path,protocol,operation_id,name,description,auth_type,tags,default_headers,timeout_seconds,retries,retry_delay_seconds,last_health_check_at,last_health_check_ok,last_health_check_note" as const;

function selectEndpoints(client: Client, projectId: string) {
  return client
    .from("api_endpoints")
    .select(COLUMNS)
    .eq("project_id", projectId)
    .is("deleted_at", null);
}

type Row = NonNullable<Awaited<ReturnType<typeof selectEndpoints>>["data"]>[number];

/** What the API offers, with the number of tests that call it. */
export interface Endpoint extends Row {
  readonly tests: number;
}

async function readEndpoints(client: Client, projectId: string): Promise<Endpoint[]> {
  const [rows, coverage] = await Promise.all([
    allRows((after) => {
      const query = selectEndpoints(client, projectId).order("id").limit(PAGE_ROWS);
      return rowsOf(after === null ? query : query.gt("id", after));
    }),
    readCoverage(client, projectId),
  ]);
  return rows
    .map((row) => ({ ...row, tests: coverage.get(row.id) ?? 0 }))
    .sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}

async function readCoverage(client: Client, projectId: string): Promise<Map<string, number>> {
  const rows = await allRows(async (after) => {
    const query = client
      .from("endpoint_coverage")
      .select("endpoint_id,tests")
      .eq("project_id", projectId)
      .order("endpoint_id")
      .limit(PAGE_ROWS);
    const found = await rowsOf(after === null ? query : query.gt("endpoint_id", after));
    return found.map((row) => ({ id: row.endpoint_id ?? "", tests: row.tests ?? 0 }));
  });
  return new Map(rows.map(({ id, tests }) => [id, tests]));
}

export function useEndpoints(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["endpoints", projectId],
    queryFn: () => readEndpoints(client, projectId),
  });
}

/** The tests that call an endpoint, by the steps in which they do; those that are gone are left out. */
export function useCallers(endpointId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["endpoint-callers", endpointId],
    queryFn: () =>
      rowsOf(
        client
          .from("test_request_configs")
          .select("test_case_id,step_index,method,path")
          .eq("endpoint_id", endpointId)
          .order("test_case_id")
          .order("step_index")
          .limit(PAGE_ROWS),
      ),
  });
}

/** The part of an OpenAPI document that is about an endpoint; it may be long. */
export function useContract(endpointId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["endpoint-contract", endpointId],
    queryFn: async () => {
      const query = client.from("api_endpoints").select("openapi").eq("id", endpointId);
      return (await rowsOf(query))[0]?.openapi ?? {};
    },
  });
}

export interface EndpointFields {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly timeout_seconds: number;
  readonly retries: number;
  readonly retry_delay_seconds: number;
  readonly tags: string[];
}

function useChange<T>(change: (input: T) => Promise<void>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ["endpoints"] });
      await cache.invalidateQueries({ queryKey: ["endpoint-callers"] });
    },
  });
}

export function useCreateEndpoint({
  id: project_id,
  organization_id,
}: {
  readonly id: string;
  readonly organization_id: string;
}) {
  const client = useClient();
  return useChange((fields: EndpointFields) =>
    done(client.from("api_endpoints").insert({ organization_id, project_id, ...fields })),
  );
}

export function useUpdateEndpoint(id: string) {
  const client = useClient();
  return useChange((fields: EndpointFields) =>
    changed(client.from("api_endpoints").update(fields).eq("id", id).select("id")),
  );
}

/** It is kept in the database, marked as deleted; no test is linked with it any more. */
export function useRemoveEndpoint(id: string) {
  const client = useClient();
  return useChange((_: undefined) =>
    changed(
      client
        .from("api_endpoints")
        .update({ deleted_at: new Date().toISOString() })
        .eq("id", id)
        .select("id"),
    ),
  );
}
