import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Json } from "../../types/database";
import { type Client, useClient } from "./client";
import { changed, done, rowsOf } from "./errors";
import { daysAgo } from "./metrics";
import { PAGE_ROWS } from "./paging";
import type { Priority } from "./words";

/** How far back runs of a schedule are looked for: they are found among all runs of the project. */
const DAYS_BACK = 14;

const COLUMNS =
  "id,name,description,cron,timezone,suites,selection,config,priority,enabled,next_run_at,last_run_at,last_batch_id,last_problem,environment_id,environments(name)" as const;

function selectSchedules(client: Client, projectId: string) {
  return client.from("schedules").select(COLUMNS).eq("project_id", projectId);
}

export function useSchedules(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["schedules", projectId],
    queryFn: () => rowsOf(selectSchedules(client, projectId).order("name").limit(500)),
    // When it comes next changes by itself.
    refetchInterval: 30_000,
  });
}

export type Schedule = NonNullable<Awaited<ReturnType<typeof selectSchedules>>["data"]>[number];

/** The latest runs that schedules of a project have requested, of all of them at once: by schedule, latest first. */
export function useScheduledRuns(projectId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["runs", projectId, "scheduled"],
    queryFn: async () => {
      const runs = await rowsOf(
        client
          .from("test_runs")
          .select("id,status,created_at,schedule_id:source->>schedule_id")
          .eq("project_id", projectId)
          .eq("trigger", "scheduled")
          .gte("created_at", daysAgo(DAYS_BACK))
          .order("created_at", { ascending: false })
          .limit(PAGE_ROWS),
      );
      const found = new Map<string, typeof runs>();
      for (const run of runs) {
        found.set(run.schedule_id, [...(found.get(run.schedule_id) ?? []), run]);
      }
      return found;
    },
  });
}

/** When an expression would come next. Throws DataError with what is wrong with it. */
export function usePreview(cron: string, timezone: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["schedule-preview", cron, timezone],
    queryFn: () =>
      rowsOf(client.rpc("preview_schedule", { p_cron: cron, p_timezone: timezone, p_count: 5 })),
    staleTime: 30_000,
  });
}

export interface ScheduleFields {
  readonly name: string;
  readonly description: string;
  readonly cron: string;
  readonly timezone: string;
  readonly environment_id: string;
  readonly suites: string[];
  readonly selection: Record<string, Json>;
  readonly priority: Priority;
}

interface Place {
  readonly id: string;
  readonly organization_id: string;
}

function useChange<T>(change: (input: T) => Promise<void>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => cache.invalidateQueries({ queryKey: ["schedules"] }),
  });
}

export function useCreateSchedule({ id: project_id, organization_id }: Place) {
  const client = useClient();
  return useChange((fields: ScheduleFields) =>
    done(client.from("schedules").insert({ organization_id, project_id, ...fields })),
  );
}

export function useUpdateSchedule(id: string) {
  const client = useClient();
  return useChange((fields: Partial<ScheduleFields> & { enabled?: boolean }) =>
    changed(client.from("schedules").update(fields).eq("id", id).select("id")),
  );
}

export function useRemoveSchedule(id: string) {
  const client = useClient();
  return useChange((_: undefined) =>
    changed(client.from("schedules").delete().eq("id", id).select("id")),
  );
}
