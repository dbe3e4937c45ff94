import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useClient } from "./client";
import { changed, rowsOf } from "./errors";
import type { Role } from "./words";

export function useMembers(organizationId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["members", organizationId],
    queryFn: () =>
      rowsOf(
        client
          .from("organization_members")
          .select("user_id,role,created_at,users(name)")
          .eq("organization_id", organizationId)
          .order("created_at"),
      ),
  });
}

export type Member = NonNullable<ReturnType<typeof useMembers>["data"]>[number];

export function useSetRole(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      changed(
        client
          .from("organization_members")
          .update({ role })
          .eq("organization_id", organizationId)
          .eq("user_id", userId)
          .select("user_id"),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["members", organizationId] }),
  });
}

/** Others, by an owner; oneself, by anybody but the last owner. */
export function useRemoveMember(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) =>
      changed(
        client
          .from("organization_members")
          .delete()
          .eq("organization_id", organizationId)
          .eq("user_id", userId)
          .select("user_id"),
      ),
    onSuccess: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: ["members", organizationId] }),
        cache.invalidateQueries({ queryKey: ["invitations", organizationId] }),
        cache.invalidateQueries({ queryKey: ["organizations"] }),
      ]),
  });
}
