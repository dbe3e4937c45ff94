import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createContext, useContext } from "react";
import type { Database } from "../../types/database";
import type { Config } from "./config";

export type Client = SupabaseClient<Database>;

/** The one way to data. It keeps the session, and renews it. */
export function openClient(config: Config): Client {
  return createClient<Database>(config.url, config.key, {
    auth: { flowType: "pkce", storageKey: "baton-session" },
  });
}

const ClientContext = createContext<Client | null>(null);

export const ClientProvider = ClientContext.Provider;

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("useClient is called outside of ClientProvider");
  return client;
}
