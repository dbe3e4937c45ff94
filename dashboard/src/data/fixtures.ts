import { useQuery } from "@tanstack/react-query";
import { type Client, useClient } from "./client";
import { rowsOf } from "./errors";
import { allRows, PAGE_ROWS } from "./paging";

interface Place {
  readonly id: string;
  readonly organization_id: string;
}

/** Those of the project, and those that others of its organization share. */
function selectFixtures(client: Client, { id, organization_id }: Place) {
  return client
    .from("test_data_fixtures")
    .select(
      "id,project_id,key,name,description,kind,format,compression,path,checksum,size_bytes,ttl_seconds,expires_at,is_immutable,is_shared,cleanup,cleanup_after_seconds,tags,suite_id,updated_at,fixture_usage(used_at)",
    )
    .eq("organization_id", organization_id)
    .or(`project_id.eq.${id},is_shared.is.true`)
    .is("deleted_at", null);
}

export type Fixture = NonNullable<Awaited<ReturnType<typeof selectFixtures>>["data"]>[number];

/** The fixtures of a project, each with when it was used last. */
export function useFixtures(project: Place) {
  const client = useClient();
  return useQuery({
    queryKey: ["fixtures", project.id],
    queryFn: () =>
      allRows((after) => {
        const query = selectFixtures(client, project)
          .order("used_at", { referencedTable: "fixture_usage", ascending: false })
          .limit(1, { referencedTable: "fixture_usage" })
          .order("id")
          .limit(PAGE_ROWS);
        return rowsOf(after === null ? query : query.gt("id", after));
      }),
  });
}

/** The latest uses of a fixture: which test of which run. */
export function useFixtureUsage(fixtureId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["fixture-usage", fixtureId],
    queryFn: () =>
      rowsOf(
        client
          .from("fixture_usage")
          .select("id,run_id,test_case_id,checksum,used_at,cleaned_up_at")
          .eq("fixture_id", fixtureId)
          .order("used_at", { ascending: false })
          .limit(100),
      ),
  });
}

/** What a fixture holds, or is made from; null when it is a file. */
export function useFixtureContent(fixtureId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["fixture-content", fixtureId],
    queryFn: async () => {
      const query = client.from("test_data_fixtures").select("content").eq("id", fixtureId);
      return (await rowsOf(query))[0]?.content ?? null;
    },
  });
}
