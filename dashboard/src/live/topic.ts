import type { RealtimeChannel } from "@supabase/supabase-js";
import type { Client } from "../data/client";

/** How long a lost topic waits until it is joined anew; the last one repeats. */
const REJOIN_MS = [1_000, 2_000, 5_000, 10_000];

export interface TopicEars {
  message(event: string, payload: unknown): void;
  /** Joined, or lost. What was sent in between was missed. */
  live(isLive: boolean): void;
}

/** How far back messages are told again to who joins, and how many at most. */
const REPLAY = { ms: 120_000, limit: 25 };

/**
 * Hear a private topic until the function that is given back is called. With `replay` the latest
 * messages are told again after joining: what is under way stands in no table.
 */
export function listen(
  client: Client,
  topic: string,
  ears: TopicEars,
  { replay = false } = {},
): () => void {
  let channel: RealtimeChannel | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isLeft = false;

  function again() {
    return replay ? { replay: { since: Date.now() - REPLAY.ms, limit: REPLAY.limit } } : {};
  }

  function join(): void {
    const joined = client.channel(topic, {
      config: { private: true, broadcast: { ack: false, self: false, ...again() } },
    });
    channel = joined;
    joined.on("broadcast", { event: "*" }, ({ event, payload }) => ears.message(event, payload));
    joined.subscribe((state) => {
      if (isLeft || channel !== joined) return;
      if (state === "SUBSCRIBED") failures = 0;
      ears.live(state === "SUBSCRIBED");
      // The client joins again by itself after errors, but never a channel that the server has closed.
      if (state === "CLOSED") rejoinLater(joined);
    });
  }

  function rejoinLater(closed: RealtimeChannel): void {
    channel = null;
    void client.removeChannel(closed);
    timer = setTimeout(join, REJOIN_MS[Math.min(failures++, REJOIN_MS.length - 1)]);
  }

  join();
  return () => {
    isLeft = true;
    clearTimeout(timer);
    if (channel !== null) void client.removeChannel(channel);
  };
}
