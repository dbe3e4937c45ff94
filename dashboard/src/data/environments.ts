import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Enums } from "../../types/database";
import { useClient } from "./client";
import { changed, done, rowsOf } from "./errors";

/** The environments of a project, with the names of their variables; values of secrets nobody sees. */
export function useEnvironments(projectId: string | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ["environments", projectId],
    queryFn: () =>
      rowsOf(
        client
          .from("environments")
          .select(
            "id,name,kind,base_url,description,max_parallel,rate_limit_per_second,environment_variables(id,name,is_secret,value,updated_at)",
          )
          .eq("project_id", projectId ?? "")
          .is("deleted_at", null)
          .order("name"),
      ),
    enabled: projectId !== undefined,
  });
}

export type Environment = NonNullable<ReturnType<typeof useEnvironments>["data"]>[number];

interface NewEnvironment {
  organization_id: string;
  project_id: string;
  name: string;
  kind: Enums<"environment_kind">;
  base_url: string;
}

function useChange<T>(change: (input: T) => Promise<void>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => cache.invalidateQueries({ queryKey: ["environments"] }),
  });
}

export function useCreateEnvironment() {
  const client = useClient();
  return useChange((environment: NewEnvironment) =>
    done(client.from("environments").insert(environment)),
  );
}

export function useSetBaseUrl() {
  const client = useClient();
  return useChange(({ id, base_url }: { id: string; base_url: string }) =>
    changed(client.from("environments").update({ base_url }).eq("id", id).select("id")),
  );
}

interface NewVariable {
  environmentId: string;
  name: string;
  value: string;
  isSecret: boolean;
}

export function useSetVariable() {
  const client = useClient();
  return useChange(({ environmentId, name, value, isSecret }: NewVariable) =>
    done(
      client.rpc("set_environment_variable", {
        p_environment_id: environmentId,
        p_name: name,
        p_value: value,
        p_is_secret: isSecret,
      }),
    ),
  );
}

export function useRemoveVariable() {
  const client = useClient();
  return useChange((id: string) =>
    changed(client.from("environment_variables").delete().eq("id", id).select("id")),
  );
}
