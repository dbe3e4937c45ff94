import { useQuery } from "@tanstack/react-query";
import { type Client, useClient } from "./client";
import { rowOrNull } from "./errors";
import type { Edge } from "./tests";

/** What a run set out to do, as it was when it began. */
export interface RunPlan {
  readonly testIds: ReadonlySet<string>;
  readonly edges: readonly Edge[];
}

/** As the database tells it: tests and edges by the names they had then. */
export interface ToldPlan {
  readonly tests: readonly { readonly id: string; readonly test: string }[];
  readonly edges: readonly {
    readonly dependent: string;
    readonly required: string;
    readonly type: Edge["kind"];
    readonly reasons: readonly string[];
  }[];
}

export function asPlan({ tests, edges }: ToldPlan): RunPlan {
  const ids = new Map(tests.map(({ test, id }) => [test, id]));
  return {
    testIds: new Set(ids.values()),
    edges: edges.flatMap(({ dependent, required, type, reasons }) => {
      const from = ids.get(required);
      const to = ids.get(dependent);
      return from === undefined || to === undefined ? [] : [{ from, to, kind: type, reasons }];
    }),
  };
}

async function readPlan(client: Client, runId: string): Promise<RunPlan | null> {
  const told = await rowOrNull(client.rpc("get_run_plan", { p_run_id: runId }));
  return told === null ? null : asPlan(told as unknown as ToldPlan);
}

/** The run's plan; null where none was kept. Its worker says it when it begins: not asked before. */
export function useRunPlan(runId: string | undefined, hasBegun: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["run-plan", runId],
    queryFn: () => readPlan(client, runId ?? ""),
    enabled: runId !== undefined && hasBegun,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
