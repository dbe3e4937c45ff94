import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Days } from "../lib/retention";
import { type Client, useClient } from "./client";
import { changed, rowsOf } from "./errors";

/** Of how many runs of a project the next clean-up would take rows of a kind; of files, how many. */
export interface Due {
  readonly project_id: string;
  readonly project: string;
  readonly what: string;
  readonly runs: number;
  readonly is_more: boolean;
  readonly from: string;
}

interface Retention {
  readonly rule: Days;
  readonly kept: Days;
  readonly cleaned_up_at: string | null;
  readonly due: readonly Due[] | null;
}

async function readRetention(client: Client, organizationId: string, isCounted: boolean) {
  const answer = await rowsOf(
    client.rpc("get_retention", { p_organization_id: organizationId, p_counted: isCounted }),
  );
  return answer as unknown as Retention;
}

/** For how many days what is kept, by the rule and here. */
export function useRetention(organizationId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["retention", organizationId, "days"],
    queryFn: () => readRetention(client, organizationId, false),
  });
}

/** What the next clean-up would take: counted apart, for it takes longer. */
export function useDue(organizationId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["retention", organizationId, "due"],
    queryFn: async () => (await readRetention(client, organizationId, true)).due ?? [],
  });
}

export function useSetRetention(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (retention: Days) =>
      changed(
        client
          .from("organizations")
          .update({ retention: { ...retention } })
          .eq("id", organizationId)
          .select("id"),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["retention", organizationId] }),
  });
}

const ARCHIVES_A_PAGE = 50;

function selectArchives(client: Client) {
  return client
    .from("archives")
    .select(
      "id,source_table,period_start,period_end,location,format,row_count,size_bytes,state,created_at,verified_at,done_at",
    );
}

export type Archive = NonNullable<Awaited<ReturnType<typeof selectArchives>>["data"]>[number];

/** The files of an organization, latest period first, a page at a time. */
export function useArchives(organizationId: string, table: string) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ["archives", organizationId, table],
    queryFn: ({ pageParam }) => readArchives(client, organizationId, table, pageParam),
    initialPageParam: null as Archive | null,
    getNextPageParam: (page) => (page.length < ARCHIVES_A_PAGE ? undefined : page.at(-1)),
  });
}

function readArchives(
  client: Client,
  organizationId: string,
  table: string,
  last: Archive | null,
): Promise<Archive[]> {
  let query = selectArchives(client)
    .eq("organization_id", organizationId)
    .eq("source_table", table);
  if (last !== null) {
    const { period_start: start, id } = last;
    query = query.or(`period_start.lt."${start}",and(period_start.eq."${start}",id.lt.${id})`);
  }
  return rowsOf(
    query
      .order("period_start", { ascending: false })
      .order("id", { ascending: false })
      .limit(ARCHIVES_A_PAGE),
  );
}
