/** What an address brought along to which the link of a message led. */
export type Arrival =
  | {
      readonly kind: "session";
      readonly access: string;
      readonly refresh: string;
      readonly type: string;
    }
  | { readonly kind: "secret"; readonly hash: string; readonly type: string }
  | { readonly kind: "refusal"; readonly reason: string };

/**
 * Read what Auth put into an address: a session, a secret that gives one, or why there is none.
 * Null where it put nothing there; a `code` is read by supabase-js itself.
 *
 * A ready session is taken from somebody only who then sees whose it is and chooses a password: anybody can make a link
 * with a session of his own, and have others work in his name.
 */
export function readArrival(address: URL): Arrival | null {
  const words = new URLSearchParams([
    ...address.searchParams,
    ...new URLSearchParams(address.hash.slice(1)),
  ]);
  const type = words.get("type") ?? "";
  const reason = words.get("error_description");
  if (reason !== null) return { kind: "refusal", reason };
  const access = words.get("access_token");
  const refresh = words.get("refresh_token");
  if (access && refresh && needsPassword(type)) return { kind: "session", access, refresh, type };
  const hash = words.get("token_hash");
  return hash ? { kind: "secret", hash, type } : null;
}

/** Whether somebody who came so has no password that he knows. */
export function needsPassword(type: string): boolean {
  return type === "recovery" || type === "invite";
}
