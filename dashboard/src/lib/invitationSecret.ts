const KEPT = "baton-invitation";

/** The address that somebody who is invited opens. The secret stands where no server gets to see it. */
export function linkOf(token: string): string {
  return `${window.location.origin}${import.meta.env.BASE_URL}invitation#${token}`;
}

/** The secret in the last part of an address; null where there is none. */
export function tokenIn(hash: string): string | null {
  return /^#([0-9a-f]{64})$/.exec(hash)?.[1] ?? null;
}

/**
 * The secret of the invitation that was opened: of the address, or of the one before. Whoever signs up may come back by a
 * message, whose link does not know it.
 */
export function openedInvitation(hash: string): string | null {
  const token = tokenIn(hash);
  if (token === null) return keptInvitation();
  localStorage.setItem(KEPT, token);
  return token;
}

/** The secret of one that was opened in this browser and not answered yet. */
export function keptInvitation(): string | null {
  return localStorage.getItem(KEPT);
}

export function forgetInvitation(): void {
  localStorage.removeItem(KEPT);
}
