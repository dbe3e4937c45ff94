import { Alert, Container } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { follow, takeArrival } from "./data/arrival";
import { type Client, ClientProvider, openClient, useClient } from "./data/client";
import { type Config, ConfigProvider, loadConfig } from "./data/config";
import { asDataError, type DataError } from "./data/errors";
import { renewing, useAuth } from "./data/session";
import { CurrentProvider } from "./lib/current";
import { SessionProvider, type SignedIn } from "./lib/session";
import { Entry } from "./pages/entry/Entry";
import { Following } from "./pages/entry/Following";
import { NewPassword } from "./pages/entry/NewPassword";

interface Opened {
  readonly config: Config;
  readonly client: Client;
  /** Whether one came by the link of a message. */
  readonly hasLink: boolean;
  /** Whether it opened something. */
  readonly followed: Promise<void>;
}

// Once, however often the page is drawn: what a message's link brings along is good once.
const opening = open();

async function open(): Promise<Opened> {
  // Before the router and the client read the address.
  const arrival = takeArrival();
  const config = await loadConfig();
  const client = openClient(config);
  return { config, client, hasLink: arrival !== null, followed: follow(client, arrival) };
}

/** Reads where the data is, then who is signed in. */
export function Start() {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [misconfigured, setMisconfigured] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [isFollowing, setFollowing] = useState(false);
  useEffect(() => {
    opening.then(
      (found) => {
        setOpened(found);
        setFollowing(found.hasLink);
        found.followed.catch(setProblem).finally(() => setFollowing(false));
      },
      (error: unknown) => setMisconfigured(error instanceof Error ? error.message : String(error)),
    );
  }, []);
  if (misconfigured !== "") return <Misconfigured problem={misconfigured} />;
  if (opened === null) return null;
  return (
    <ConfigProvider value={opened.config}>
      <ClientProvider value={opened.client}>
        {/* Without transitions: whoever presses a link sees at once that the page is another one. */}
        <BrowserRouter basename={import.meta.env.BASE_URL} useTransitions={false}>
          <Entered problem={problem} isFollowing={isFollowing} />
        </BrowserRouter>
      </ClientProvider>
    </ConfigProvider>
  );
}

function Entered({ problem, isFollowing }: { problem: unknown; isFollowing: boolean }) {
  const client = useClient();
  const { session, isRecovering, hasEnded } = useAuth();
  const userId = session?.user.id;
  const email = session?.user.email ?? "";
  // Nothing that one person read is shown to the next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new person, a new cache
  const cache = useMemo(() => newCache(client), [client, userId]);
  const signedIn = useMemo(() => (userId ? { userId, email } : null), [userId, email]);
  // What is typed into a form meanwhile would be lost when the link turns out to open something.
  if (isFollowing) return <Following />;
  if (session === undefined) return null;
  return (
    <QueryClientProvider client={cache}>
      {signedIn === null && <Entry hasEnded={hasEnded} problem={problem} />}
      {signedIn !== null && isRecovering && <NewPassword email={email} />}
      {signedIn !== null && !isRecovering && <Pages signedIn={signedIn} />}
    </QueryClientProvider>
  );
}

function Pages({ signedIn }: { signedIn: SignedIn }) {
  return (
    <SessionProvider value={signedIn}>
      <CurrentProvider>
        <App />
      </CurrentProvider>
    </SessionProvider>
  );
}

function newCache(client: Client): QueryClient {
  // What was refused is refused again; only what did not arrive is asked once more.
  const retry = (count: number, error: unknown) => count < 2 && isOffline(asDataError(error));
  const renew = renewing(client);
  const onError = (error: unknown) => {
    if (isUnknown(asDataError(error))) void readAgain();
  };
  const cache = new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: { queries: { retry, staleTime: 5_000 } },
  });
  const readAgain = async () => {
    if (await renew()) await cache.invalidateQueries();
  };
  return cache;
}

function isOffline({ code }: DataError): boolean {
  return code === "OFFLINE" || code === "PGRST001";
}

/** Whether the server takes the session for nothing, which looks good here: another clock, or another key since then. */
function isUnknown({ code }: DataError): boolean {
  return code === "PGRST301" || code === "PGRST303";
}

function Misconfigured({ problem }: { problem: string }) {
  return (
    <Container size={640} py={80}>
      <Alert color="red" title="The dashboard does not know where its data is">
        {problem} Put a file <code>config.json</code> beside <code>index.html</code>, with{" "}
        <code>{'{"url": "https://….supabase.co", "key": "sb_publishable_…"}'}</code>.
      </Alert>
    </Container>
  );
}
