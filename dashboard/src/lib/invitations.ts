import type { Enums } from "../../types/database";

export type InvitationState = Enums<"invitation_state">;

/** For people: what became of an invitation. */
export const STATES: Record<InvitationState, string> = {
  pending: "open",
  accepted: "accepted",
  declined: "declined",
  revoked: "taken back",
  expired: "expired",
  lapsed: "not valid: whoever invited may not do so any more",
};

/** Those that can still be answered, and the others. */
export function byState<T extends { state: InvitationState }>(invitations: readonly T[]) {
  return {
    open: invitations.filter(({ state }) => state === "pending"),
    over: invitations.filter(({ state }) => state !== "pending"),
  };
}
