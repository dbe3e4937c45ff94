import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSession } from "../lib/session";
import { type Client, useClient } from "./client";
import { asDataError, changed, DataError, rowsOf } from "./errors";
import { here, signIn } from "./session";

/** As Supabase has it unless a project says otherwise, which then says so itself. */
export const SHORTEST_PASSWORD = 8;

/** Have a message sent with which a new password can be chosen. It says nothing of whether there is an account. */
export async function askForPassword(client: Client, email: string): Promise<void> {
  const { error } = await client.auth.resetPasswordForEmail(email, { redirectTo: here() });
  if (error !== null) throw asDataError(error);
}

/** Sign in with the code of that message, which is good in any browser. */
export async function enterCode(client: Client, email: string, token: string): Promise<void> {
  const { error } = await client.auth.verifyOtp({ email, token, type: "recovery" });
  if (error === null) return;
  throw new DataError("This code is not valid.", {
    hint: "It is good once, and for about an hour. Is it of the latest message?",
  });
}

/** A new password for who is signed in. Whoever else is signed in as him is not for long. Throws DataError. */
export async function setPassword(client: Client, password: string): Promise<void> {
  if (password.length < SHORTEST_PASSWORD) {
    throw new DataError(`A password has at least ${SHORTEST_PASSWORD} characters.`);
  }
  const { error } = await client.auth.updateUser({ password });
  if (error !== null) throw asDataError(error);
  await client.auth.signOut({ scope: "others" });
}

/** The same for somebody who shows that it is he: with the password so far. */
export function useChangePassword() {
  const client = useClient();
  const { email } = useSession();
  return useMutation({
    mutationFn: async ({ current, next }: { current: string; next: string }) => {
      await signIn(client, email, current).catch((error: unknown) => {
        if (asDataError(error).code === "OFFLINE") throw error;
        throw new DataError("The present password is wrong.", {
          hint: "If you do not know it, sign out and ask for a new one.",
        });
      });
      await setPassword(client, next);
    },
  });
}

export interface Profile {
  readonly name: string;
}

/** What colleagues see of who is signed in. */
export function useProfile() {
  const client = useClient();
  const { userId } = useSession();
  return useQuery({
    queryKey: ["profile", userId],
    queryFn: async (): Promise<Profile> => {
      const rows = await rowsOf(client.from("users").select("name").eq("id", userId));
      return rows[0] ?? { name: "" };
    },
    staleTime: 60_000,
  });
}

export function useRename() {
  const client = useClient();
  const cache = useQueryClient();
  const { userId } = useSession();
  return useMutation({
    mutationFn: (name: string) =>
      changed(client.from("users").update({ name }).eq("id", userId).select("id")),
    onSuccess: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: ["profile"] }),
        cache.invalidateQueries({ queryKey: ["members"] }),
      ]),
  });
}
