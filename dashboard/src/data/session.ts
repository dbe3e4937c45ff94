import type { Session } from "@supabase/supabase-js";
import { useEffect, useState } from "react";
import { useClient } from "./client";
import { asDataError, DataError } from "./errors";

/** The session: undefined until it is known, null when nobody is signed in. */
export function useAuthSession(): Session | null | undefined {
  const client = useClient();
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  useEffect(() => {
    const { data } = client.auth.onAuthStateChange((_, next) => setSession(next));
    return () => data.subscription.unsubscribe();
  }, [client]);
  return session;
}

/** Sign in. Throws DataError. */
export async function signIn(
  client: ReturnType<typeof useClient>,
  email: string,
  password: string,
) {
  const { error } = await client.auth.signInWithPassword({ email, password });
  if (error === null) return;
  if (error.status === 400 || error.status === 401) {
    throw new DataError("E-mail address or password is wrong.", { hint: "Try again, or sign up." });
  }
  throw asDataError(error);
}

/** Sign up. True when one is signed in at once, false when the address must be confirmed first. */
export async function signUp(
  client: ReturnType<typeof useClient>,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<boolean> {
  const { data, error } = await client.auth.signUp({
    email,
    password,
    options: { data: { name } },
  });
  if (error !== null) throw asDataError(error);
  return data.session !== null;
}
