import type { EmailOtpType } from "@supabase/supabase-js";
import { type Arrival, needsPassword, readArrival } from "../lib/arrival";
import type { Client } from "./client";
import { DataError } from "./errors";
import { beginRecovery, endRecovery } from "./session";

const KINDS: readonly EmailOtpType[] = [
  "signup",
  "invite",
  "magiclink",
  "recovery",
  "email_change",
  "email",
];

/** What the address of the page brought along. It is taken out of it, and so of the browser's memory. */
export function takeArrival(): Arrival | null {
  const address = new URL(window.location.href);
  const arrival = readArrival(address);
  if (arrival !== null) window.history.replaceState(null, "", address.pathname);
  return arrival;
}

/** Sign in with what was brought along. Throws DataError where it is good for nothing. */
export async function follow(client: Client, arrival: Arrival | null): Promise<void> {
  const { error } = await client.auth.initialize();
  if (arrival === null) {
    const problem = error?.message ?? unusedCode();
    if (problem === null) return;
    // What was good for nothing would be tried again whenever the page is loaded.
    window.history.replaceState(null, "", window.location.pathname);
    throw useless(problem);
  }
  if (arrival.kind === "refusal") throw useless(arrival.reason);
  if (needsPassword(arrival.type)) beginRecovery();
  const refused = await redeem(client, arrival);
  if (refused === null) return;
  endRecovery();
  throw useless(refused.message);
}

/** What supabase-js says nothing of: a code that only the browser can use in which it was asked for. */
function unusedCode(): string | null {
  const isThere = new URLSearchParams(window.location.search).has("code");
  return isThere ? "It was asked for in another browser" : null;
}

async function redeem(client: Client, arrival: Exclude<Arrival, { kind: "refusal" }>) {
  if (arrival.kind === "secret") {
    const type = KINDS.find((kind) => kind === arrival.type) ?? "email";
    return (await client.auth.verifyOtp({ token_hash: arrival.hash, type })).error;
  }
  const session = { access_token: arrival.access, refresh_token: arrival.refresh };
  return (await client.auth.setSession(session)).error;
}

function useless(reason: string): DataError {
  return new DataError("The link of the message opens nothing.", {
    hint: `${reason.replace(/\.?$/, ".")} Such a link is good once, for about an hour, and in the browser in which it was asked for. Sign in, or ask for another one.`,
  });
}
