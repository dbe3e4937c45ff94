import { describe, expect, it } from "vitest";
import {
  emptyProgress,
  leavesGap,
  withMessage,
  withSnapshot,
  withStarted,
} from "../src/live/progress";
import { counters, idOf, message, result, snapshot } from "./builders";

const begun = withSnapshot(emptyProgress(), snapshot(1));
const passed = (test: string) => ({ type: "test_completed", test, verdict: "passed" as const });

describe("a message that follows the last one", () => {
  it("brings results, counters and its number", () => {
    const next = message(2, { events: [passed("shop/login")], counters: counters({ passed: 1 }) });
    const after = withMessage(begun, next, idOf);
    expect(after.sequence).toBe(2);
    expect(after.counters.passed).toBe(1);
    expect(after.results.get("login")?.verdict).toBe("passed");
  });

  it("names the cause of a blocked test by its id", () => {
    const event = {
      type: "test_completed",
      test: "shop/cart",
      verdict: "blocked" as const,
      blocked_by: "shop/login",
    };
    const after = withMessage(begun, message(2, { events: [event] }), idOf);
    expect(after.results.get("cart")?.blockedBy).toBe("login");
  });

  it("shows a test as running until it has its verdict", () => {
    const started = withMessage(
      begun,
      message(2, { events: [{ type: "test_started", test: "shop/login" }] }),
      idOf,
    );
    expect(started.running.has("login")).toBe(true);
    const over = withMessage(started, message(3, { events: [passed("shop/login")] }), idOf);
    expect(over.running.has("login")).toBe(false);
  });
});

describe("a message that came already", () => {
  it("changes nothing, once more or late", () => {
    const after = withMessage(begun, message(2, { counters: counters({ passed: 2 }) }), idOf);
    expect(withMessage(after, message(2, { counters: counters() }), idOf)).toBe(after);
    expect(withMessage(after, message(1), idOf)).toBe(after);
  });
});

describe("a message from before one came", () => {
  const started = message(1, {
    events: [
      { type: "test_started", test: "shop/slow" },
      { type: "test_started", test: "shop/login" },
    ],
  });

  it("tells which tests are under way, and nothing of those that are over", () => {
    const known = withSnapshot(begun, snapshot(4, [result("login")]));
    expect([...withStarted(known, started, idOf).running.keys()]).toEqual(["slow"]);
  });

  it("says nothing of a run that is over", () => {
    const over = withSnapshot(begun, snapshot(4, [], { status: "cancelled" }));
    expect(withStarted(over, started, idOf)).toBe(over);
  });
});

describe("a message that is not the whole news", () => {
  it.each([
    ["one before it is missing", message(3)],
    ["it was cut", message(2, { truncated: true })],
    ["it names a test that nobody here knows", message(2, { events: [passed("new/test")] })],
    ["it says that the run is over", message(2, { status: "failed" })],
  ])("makes the tables be read: %s", (_, next) => {
    expect(leavesGap(begun, next, idOf)).toBe(true);
    // Its number is not taken, so that the next one is a gap as well until the tables were read.
    expect(withMessage(begun, next, idOf).sequence).toBe(1);
  });

  it("does not end the run: only rows do", () => {
    expect(withMessage(begun, message(2, { status: "completed" }), idOf).status).toBe("running");
  });

  it("is any message before the first reading", () => {
    expect(leavesGap(emptyProgress(), message(1), idOf)).toBe(true);
  });
});

describe("rows", () => {
  it("are right whatever messages were lost", () => {
    const after = withSnapshot(
      begun,
      snapshot(9, [result("login"), result("cart")], { passed: 2 }),
    );
    expect([...after.results.keys()]).toEqual(["login", "cart"]);
    expect(after.sequence).toBe(9);
    expect(after.counters.passed).toBe(2);
  });

  it("that were overtaken by messages add results and take nothing back", () => {
    const ahead = withMessage(begun, message(2, { counters: counters({ passed: 2 }) }), idOf);
    const after = withSnapshot(ahead, snapshot(1, [result("login")], { passed: 1 }));
    expect(after.counters.passed).toBe(2);
    expect(after.sequence).toBe(2);
    expect(after.results.has("login")).toBe(true);
  });

  it("end a run, and with it what was under way", () => {
    const started = withMessage(
      begun,
      message(2, { events: [{ type: "test_started", test: "shop/a" }] }),
      idOf,
    );
    const after = withSnapshot(started, snapshot(3, null, { status: "cancelled" }));
    expect(after.status).toBe("cancelled");
    expect(after.running.size).toBe(0);
  });
});
