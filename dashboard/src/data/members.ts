import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useClient } from "./client";
import { done, rowsOf } from "./errors";
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

export function useSetRole(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      done(
        client
          .from("organization_members")
          .update({ role })
          .eq("organization_id", organizationId)
          .eq("user_id", userId),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["members", organizationId] }),
  });
}

export function useRemoveMember(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) =>
      done(
        client
          .from("organization_members")
          .delete()
          .eq("organization_id", organizationId)
          .eq("user_id", userId),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["members", organizationId] }),
  });
}

/** By account id: people tell each other theirs, which stands in the menu of each. */
export function useAddMember(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      done(
        client
          .from("organization_members")
          .insert({ organization_id: organizationId, user_id: userId, role }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["members", organizationId] }),
  });
}
