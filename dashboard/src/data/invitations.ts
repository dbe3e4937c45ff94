import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Client, useClient } from "./client";
import { DataError, rowsOf } from "./errors";
import type { Role } from "./words";

/** What somebody who is invited is told. */
export interface Offer {
  readonly id: string;
  readonly organization: string;
  readonly role: Role;
  readonly inviter: string;
  /** Only whoever has this address may answer; of a link, it is not told whole. */
  readonly email: string | null;
  readonly expires_at: string;
}

/** What a link is about: for whoever has it, signed in or not. */
export function useOffer(token: string | null) {
  const client = useClient();
  return useQuery({
    queryKey: ["offer", token],
    enabled: token !== null,
    queryFn: () => readOffer(client, token ?? ""),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function readOffer(client: Client, token: string): Promise<Offer> {
  const [offer] = await rowsOf(client.rpc("find_invitation", { p_token: token }));
  if (offer === undefined) throw new DataError("There is no such invitation.");
  return offer;
}

/** The invitations of one's own address, if Auth knows that it is one's own. */
export function useMyOffers() {
  const client = useClient();
  return useQuery({
    queryKey: ["offers"],
    queryFn: async (): Promise<Offer[]> => rowsOf(client.rpc("list_my_invitations")),
    staleTime: 60_000,
  });
}

export interface Answer {
  readonly id: string;
  readonly accept: boolean;
  /** Of a link; not needed for the invitations of one's own address. */
  readonly token?: string;
}

/** Say yes or no. Gives the organization's id. */
export function useAnswer() {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, accept, token }: Answer) => {
      const row = await rowsOf(
        client.rpc("answer_invitation", {
          p_invitation_id: id,
          p_accept: accept,
          ...(token === undefined ? {} : { p_token: token }),
        }),
      );
      return row.organization_id;
    },
    onSuccess: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: ["organizations"] }),
        cache.invalidateQueries({ queryKey: ["offers"] }),
      ]),
  });
}

/** Whom an organization invited in the last months. For its admins. */
export function useInvitations(organizationId: string, may: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["invitations", organizationId],
    enabled: may,
    queryFn: () => rowsOf(client.rpc("list_invitations", { p_organization_id: organizationId })),
  });
}

export interface NewInvitation {
  readonly email: string;
  readonly role: Role;
  readonly days: number;
}

/** Invite somebody. Gives the secret of the link, which nobody is told again. */
export function useInvite(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ email, role, days }: NewInvitation): Promise<string> => {
      const made = await rowsOf(
        client.rpc("invite_member", {
          p_organization_id: organizationId,
          p_role: role,
          p_email: email,
          p_days: days,
        }),
      );
      return String((made as { token: string }).token);
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: ["invitations", organizationId] }),
  });
}

export function useRevoke(organizationId: string) {
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => rowsOf(client.rpc("revoke_invitation", { p_invitation_id: id })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["invitations", organizationId] }),
  });
}
