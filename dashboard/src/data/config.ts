/** Where the data is: told when the page is opened, not when it is built. */
export interface Config {
  readonly url: string;
  readonly key: string;
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
  const { url, key } = (content ?? {}) as Record<string, unknown>;
  if (typeof url !== "string" || url === "") throw new Error('config.json has no "url".');
  if (typeof key !== "string" || key === "") throw new Error('config.json has no "key".');
  if (key.startsWith("sb_secret_")) {
    throw new Error(
      "config.json has a secret key. Put the publishable key there, and renew the other.",
    );
  }
  return { url: new URL(url, origin).href.replace(/\/$/, ""), key };
}
