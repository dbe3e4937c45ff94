import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Followed, Follower, POLL_MS, QUIET_MS } from "../src/live/follow";
import type { Snapshot } from "../src/live/progress";
import { counters, idOf, message, result, snapshot } from "./builders";

/** Tables that say what they are told to, and count how often they are asked. */
class Shelf {
  reads: number[] = [];
  says: Snapshot | Error = snapshot(1);

  async read(known: number): Promise<Snapshot> {
    this.reads.push(known);
    if (this.says instanceof Error) throw this.says;
    return this.says;
  }
}

let shelf: Shelf;
let state: Followed;
let follower: Follower;

beforeEach(async () => {
  vi.useFakeTimers();
  shelf = new Shelf();
  follower = new Follower(shelf, idOf, (next) => {
    state = next;
  });
  follower.start();
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  follower.stop();
  vi.useRealTimers();
});

describe("a follower", () => {
  it("reads the tables first", () => {
    expect(shelf.reads).toEqual([0]);
    expect(state.isKnown).toBe(true);
  });

  it("reads them every little while as long as it is not live", async () => {
    await vi.advanceTimersByTimeAsync(3 * POLL_MS);
    expect(shelf.reads).toHaveLength(4);
  });

  it("reads them once it is live, for what was sent before, and then only when it is quiet", async () => {
    follower.live(true);
    await vi.advanceTimersByTimeAsync(QUIET_MS - 1);
    expect(shelf.reads).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(shelf.reads).toHaveLength(3);
  });

  it("reads nothing for messages that follow one another", async () => {
    follower.live(true);
    await vi.advanceTimersByTimeAsync(0);
    follower.message("run_progress", message(2));
    follower.message("run_progress", message(3));
    await vi.advanceTimersByTimeAsync(0);
    expect(shelf.reads).toHaveLength(2);
    expect(state.progress.sequence).toBe(3);
  });

  it("reads when a message is missing, and says how many results it has", async () => {
    follower.live(true);
    await vi.advanceTimersByTimeAsync(0);
    follower.message(
      "run_progress",
      message(2, {
        counters: counters({ passed: 1 }),
        events: [{ type: "test_completed", test: "shop/a", verdict: "passed" }],
      }),
    );
    shelf.says = snapshot(7, [result("a"), result("b")], { passed: 2 });
    follower.message("run_progress", message(5, { counters: counters({ passed: 2 }) }));
    await vi.advanceTimersByTimeAsync(0);
    expect(shelf.reads.at(-1)).toBe(1);
    expect(state.progress.results.size).toBe(2);
    expect(state.progress.sequence).toBe(7);
  });

  it("tells a problem, goes on, and forgets it when it is over", async () => {
    shelf.says = new Error("away");
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(state.problem?.message).toBe("away");
    shelf.says = snapshot(2);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(state.problem).toBeNull();
  });

  it("reads no more once the run is over", async () => {
    shelf.says = snapshot(4, [], { status: "completed" });
    await vi.advanceTimersByTimeAsync(POLL_MS);
    const reads = shelf.reads.length;
    await vi.advanceTimersByTimeAsync(10 * QUIET_MS);
    expect(shelf.reads).toHaveLength(reads);
  });

  it("does not trip over a message that is none", async () => {
    follower.message("run_progress", null);
    follower.message("run_progress", { hello: 1 });
    expect(state.progress.sequence).toBe(1);
  });
});
