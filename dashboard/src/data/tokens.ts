import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Scope } from "../lib/tokens";
import { useClient } from "./client";
import { changed, rowsOf } from "./errors";

/** The tokens of a project, latest first. To whoever is no admin there are none. */
export function useTokens(projectId: string, may: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["tokens", projectId],
    queryFn: () =>
      rowsOf(
        client
          .from("project_tokens")
          .select(
            "id,name,hint,scopes,expires_at,last_used_at,revoked_at,created_at,users!project_tokens_created_by_fkey(name)",
          )
          .eq("project_id", projectId)
          .order("created_at", { ascending: false })
          .limit(500),
      ),
    enabled: may,
  });
}

export type Token = NonNullable<ReturnType<typeof useTokens>["data"]>[number];

interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
}

/** Makes a token and gives it, this once. It is kept nowhere: neither here nor in the database. */
export function useCreateToken(projectId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, scopes, expiresAt }: NewToken): Promise<string> => {
      const made = await rowsOf(
        client.rpc("create_project_token", {
          p_project_id: projectId,
          p_name: name,
          p_scopes: [...scopes],
          ...(expiresAt !== null && { p_expires_at: expiresAt }),
        }),
      );
      return (made as { token: string }).token;
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ["tokens", projectId] }),
    gcTime: 0,
  });
}

export function useRevokeToken(projectId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      changed(
        client
          .from("project_tokens")
          .update({ revoked_at: new Date().toISOString() })
          .eq("id", id)
          .is("revoked_at", null)
          .select("id"),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["tokens", projectId] }),
  });
}
