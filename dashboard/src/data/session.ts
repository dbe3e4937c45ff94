import { isAuthRetryableFetchError, type Session } from "@supabase/supabase-js";
import { useEffect, useState } from "react";
import { type Client, useClient } from "./client";
import { asDataError, DataError } from "./errors";

/** Remembered by this window alone, and over a reload. */
const RECOVERING = "baton-recovering";
const LEFT = "baton-left";

export interface Auth {
  /** Undefined until it is known, null when nobody is signed in. */
  readonly session: Session | null | undefined;
  /** Whoever came by the link of a message chooses a password before anything else. */
  readonly isRecovering: boolean;
  /** Whether the session ended without being asked to. */
  readonly hasEnded: boolean;
}

/** Who is signed in, kept right: also when another window signs out, and when a session is not renewed. */
export function useAuth(): Auth {
  const client = useClient();
  const [auth, setAuth] = useState<Auth>({
    session: undefined,
    isRecovering: sessionStorage.getItem(RECOVERING) !== null,
    hasEnded: false,
  });
  useEffect(() => {
    const { data } = client.auth.onAuthStateChange((event, session) => {
      if (event === "PASSWORD_RECOVERY") beginRecovery();
      if (event === "SIGNED_OUT" || event === "USER_UPDATED") endRecovery();
      setAuth(({ hasEnded }) => ({
        session,
        isRecovering: sessionStorage.getItem(RECOVERING) !== null,
        hasEnded: session === null && (hasEnded || endedByItself(event)),
      }));
    });
    return () => data.subscription.unsubscribe();
  }, [client]);
  return auth;
}

function endedByItself(event: string): boolean {
  if (event !== "SIGNED_OUT") return false;
  const wasAsked = sessionStorage.getItem(LEFT) !== null;
  sessionStorage.removeItem(LEFT);
  return !wasAsked;
}

/** Said before a session is there that came by the link of a message: a password is chosen first. */
export function beginRecovery(): void {
  sessionStorage.setItem(RECOVERING, "yes");
}

export function endRecovery(): void {
  sessionStorage.removeItem(RECOVERING);
}

/** Sign in. Throws DataError. */
export async function signIn(client: Client, email: string, password: string): Promise<void> {
  const { error } = await client.auth.signInWithPassword({ email, password });
  if (error === null) return;
  if (error.code === "email_not_confirmed") {
    throw new DataError("This address is not confirmed yet.", {
      hint: "Follow the link of the message that was sent to it when you signed up.",
    });
  }
  if (error.status === 400 || error.status === 401) {
    throw new DataError("E-mail address or password is wrong.", { hint: "Try again, or sign up." });
  }
  throw asDataError(error);
}

/** Sign up. True when one is signed in at once, false when the address must be confirmed first. */
export async function signUp(
  client: Client,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<boolean> {
  const { data, error } = await client.auth.signUp({
    email,
    password,
    options: { data: { name }, emailRedirectTo: here() },
  });
  if (error !== null) throw asDataError(error);
  return data.session !== null;
}

/** How often a session is renewed that the server takes for nothing: not again and again, if that does not help. */
const RENEWAL_PAUSE_MS = 60_000;

/** Renews a session, and says whether there is a new one; who gets none is signed out, and asked to sign in. */
export function renewing(client: Client): () => Promise<boolean> {
  let last = Number.NEGATIVE_INFINITY;
  return async () => {
    if (Date.now() - last < RENEWAL_PAUSE_MS) return false;
    last = Date.now();
    const { error } = await client.auth.refreshSession();
    if (error === null) return true;
    // What the library still believes in, because it has some time to go, is over here, too.
    if (!isAuthRetryableFetchError(error)) await client.auth.signOut({ scope: "local" });
    return false;
  };
}

/** Sign out in this browser. */
export async function signOut(client: Client): Promise<void> {
  sessionStorage.setItem(LEFT, "yes");
  const { error } = await client.auth.signOut({ scope: "local" });
  if (error !== null) sessionStorage.removeItem(LEFT);
}

/** This page, without what it was told: where the link of a message leads back to. */
export function here(): string {
  return `${window.location.origin}${window.location.pathname}`;
}
