import { createContext, useContext } from "react";

/** Where the data is: told when the page is opened, not when it is built. */
export interface Config {
  readonly url: string;
  readonly key: string;
  /** Whether messages of Auth are sent, or kept in a folder, as the stack for one machine does. */
  readonly mail: "sent" | "kept";
}

/** Read `config.json` beside `index.html`. Throws an Error that says what is wrong with it. */
export async function loadConfig(): Promise<Config> {
  const address = `${import.meta.env.BASE_URL}config.json`;
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${address} answered with ${answer.status}.`);
  return readConfig(await answer.json(), window.location.origin);
}

/** The address may be relative (`/`): then the data is where the page is. */
export function readConfig(content: unknown, origin: string): Config {
  const { url, key, mail = "sent" } = (content ?? {}) as Record<string, unknown>;
  if (typeof url !== "string" || url === "") throw new Error('config.json has no "url".');
  if (typeof key !== "string" || key === "") throw new Error('config.json has no "key".');
  if (key.startsWith("sb_secret_")) {
    throw new Error(
      "config.json has a secret key. Put the publishable key there, and renew the other.",
    );
  }
  if (mail !== "sent" && mail !== "kept") {
    throw new Error('In config.json, "mail" is "sent" or "kept".');
  }
  return { url: new URL(url, origin).href.replace(/\/$/, ""), key, mail };
}

const ConfigContext = createContext<Config | null>(null);

export const ConfigProvider = ConfigContext.Provider;

export function useConfig(): Config {
  const config = useContext(ConfigContext);
  if (config === null) throw new Error("useConfig is called outside of ConfigProvider");
  return config;
}
