import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GATHER_MS, Gatherer } from "../src/live/gather";

/** A reading that takes until it is told to end, and counts. */
class Slow {
  begun = 0;
  #end: () => void = () => {};

  read = (): Promise<void> => {
    this.begun += 1;
    return new Promise((resolve) => {
      this.#end = resolve;
    });
  };

  async ends(): Promise<void> {
    this.#end();
    await vi.advanceTimersByTimeAsync(0);
  }
}

let slow: Slow;
let gatherer: Gatherer;

beforeEach(() => {
  vi.useFakeTimers();
  slow = new Slow();
  gatherer = new Gatherer(slow.read);
});

afterEach(() => {
  gatherer.stop();
  vi.useRealTimers();
});

describe("a gatherer", () => {
  it("reads once for what is asked within its time", async () => {
    gatherer.ask();
    await vi.advanceTimersByTimeAsync(GATHER_MS - 1);
    gatherer.ask();
    expect(slow.begun).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(slow.begun).toBe(1);
    await slow.ends();
    await vi.advanceTimersByTimeAsync(10 * GATHER_MS);
    expect(slow.begun).toBe(1);
  });

  it("reads though it is asked all the time", async () => {
    for (let passed = 0; passed < 3 * GATHER_MS; passed += GATHER_MS / 4) {
      gatherer.ask();
      await vi.advanceTimersByTimeAsync(GATHER_MS / 4);
      await slow.ends();
    }
    expect(slow.begun).toBeGreaterThanOrEqual(2);
  });

  it("reads again afterwards what was asked while it read, and never twice at once", async () => {
    gatherer.ask();
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    gatherer.ask();
    await vi.advanceTimersByTimeAsync(10 * GATHER_MS);
    expect(slow.begun).toBe(1);
    await slow.ends();
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect(slow.begun).toBe(2);
  });

  it("reads nothing once it was stopped", async () => {
    gatherer.ask();
    gatherer.stop();
    gatherer.ask();
    await vi.advanceTimersByTimeAsync(2 * GATHER_MS);
    expect(slow.begun).toBe(0);
  });
});
