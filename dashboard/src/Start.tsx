import { Alert, Container } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { type Client, ClientProvider, openClient } from "./data/client";
import { loadConfig } from "./data/config";
import { asDataError, type DataError } from "./data/errors";
import { useAuthSession } from "./data/session";
import { CurrentProvider } from "./lib/current";
import { SessionProvider, type SignedIn } from "./lib/session";
import { SignIn } from "./pages/SignIn";

/** Reads where the data is, then who is signed in. */
export function Start() {
  const [client, setClient] = useState<Client | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    loadConfig()
      .then((config) => setClient(openClient(config)))
      .catch((error: unknown) =>
        setProblem(error instanceof Error ? error.message : String(error)),
      );
  }, []);
  if (problem !== "") return <Misconfigured problem={problem} />;
  if (client === null) return null;
  return (
    <ClientProvider value={client}>
      <Entered />
    </ClientProvider>
  );
}

function Entered() {
  const session = useAuthSession();
  const userId = session?.user.id;
  const email = session?.user.email ?? "";
  // Nothing that one person read is shown to the next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new person, a new cache
  const cache = useMemo(newCache, [userId]);
  const signedIn = useMemo(() => (userId ? { userId, email } : null), [userId, email]);
  if (session === undefined) return null;
  return (
    <QueryClientProvider client={cache}>
      {signedIn === null ? <SignIn /> : <Pages signedIn={signedIn} />}
    </QueryClientProvider>
  );
}

function Pages({ signedIn }: { signedIn: SignedIn }) {
  return (
    <SessionProvider value={signedIn}>
      <CurrentProvider>
        <BrowserRouter basename={import.meta.env.BASE_URL}>
          <App />
        </BrowserRouter>
      </CurrentProvider>
    </SessionProvider>
  );
}

function newCache(): QueryClient {
  // What was refused is refused again; only what did not arrive is asked once more.
  const retry = (count: number, error: unknown) => count < 2 && isOffline(asDataError(error));
  return new QueryClient({ defaultOptions: { queries: { retry, staleTime: 5_000 } } });
}

function isOffline({ code }: DataError): boolean {
  return code === "OFFLINE" || code === "PGRST001";
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
