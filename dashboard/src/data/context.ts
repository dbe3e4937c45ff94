import { useQuery } from "@tanstack/react-query";
import { type Client, useClient } from "./client";
import { rowsOf } from "./errors";

/** What a run knows, as people may see it: tokens are names, secret values are masked. */
export interface RunContext {
  readonly version: number;
  readonly tokens: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly captured: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly provenance: readonly Origin[];
  readonly expiresAt: string | null;
}

/** Where a value came from. */
export interface Origin {
  readonly kind: string;
  readonly name: string;
  readonly test: string;
  readonly capture?: string;
  readonly expires_at?: string;
}

async function readContext(client: Client, runId: string): Promise<RunContext | null> {
  const rows = await rowsOf(
    client
      .from("test_execution_context")
      .select("version,shared_auth_tokens,shared_variables,captured_data,provenance,expires_at")
      .eq("run_id", runId),
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    version: row.version,
    tokens: Object.keys(row.shared_auth_tokens as object).sort(),
    variables: row.shared_variables as Record<string, unknown>,
    captured: row.captured_data as Record<string, Record<string, unknown>>,
    provenance: row.provenance as unknown as Origin[],
    expiresAt: row.expires_at,
  };
}

/** The run's context; null once it is forgotten. Read again when its version rises. */
export function useRunContext(runId: string, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: ["context", runId, version],
    queryFn: () => readContext(client, runId),
    placeholderData: (before) => before,
  });
}
