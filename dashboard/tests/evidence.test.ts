import { describe, expect, it } from "vitest";
import { asPlan } from "../src/data/plans";
import { byStep, type Exchange, headingOf, intoAttempts } from "../src/lib/attempts";
import { heardIn, inWords } from "../src/lib/findings";
import { sourceOf } from "../src/lib/source";
import { aTest, catalogue, detail, edge } from "./builders";

describe("a test with steps", () => {
  const steps = [
    { step: 0, iteration: 1, name: "order", verdict: "passed", reason: "" },
    { step: 1, iteration: 1, name: "", verdict: "failed", reason: "" },
    { step: 1, iteration: 2, name: "", verdict: "passed", reason: "" },
  ];
  const [attempt] = intoAttempts([
    detail("attempt", { number: 1, verdict: "passed", steps }),
    detail("request", {}, { position: 1, step: 0, iteration: 1 }),
    detail("request", {}, { position: 2, step: 1, iteration: 1 }),
    detail("request", {}, { position: 3, step: 1, iteration: 2 }),
  ]);
  const exchanges = attempt?.exchanges ?? [];

  it("calls them by their names, and by numbers where they have none", () => {
    expect(exchanges.map((exchange) => headingOf(exchange, false))).toEqual([
      "Step 1: order",
      "Step 2",
      "Step 2",
    ]);
  });

  it("shows the last request of a step that was repeated, and keeps those before it", () => {
    const shown = byStep(exchanges);
    expect(shown.map(({ earlier }) => earlier.length)).toEqual([0, 1]);
    expect(shown[1]?.last.iteration).toBe(2);
  });

  it("says nothing above the only request of a test without steps", () => {
    const only = { step: null, name: "" } as Exchange;
    expect(headingOf(only, true)).toBe("");
    expect(headingOf({ ...only, step: 0 }, true)).toBe("");
    expect(headingOf({ ...only, step: 0, name: "order" }, true)).toBe("Step 1: order");
  });
});

describe("the plan of a run", () => {
  const told = {
    tests: [
      { id: "1", test: "shop/login" },
      { id: "2", test: "shop/cart" },
    ],
    edges: [
      {
        dependent: "shop/cart",
        required: "shop/login",
        type: "token" as const,
        reasons: ["tokens.access"],
      },
      { dependent: "shop/cart", required: "shop/gone", type: "data" as const, reasons: [] },
    ],
  };

  it("has edges between the tests that it names", () => {
    const { testIds, edges } = asPlan(told);
    expect([...testIds]).toEqual(["1", "2"]);
    expect(edges).toEqual([edge("1", "2", { kind: "token", reasons: ["tokens.access"] })]);
  });

  it("takes the place of today's edges", () => {
    const today = catalogue([aTest("1"), aTest("2")], [edge("2", "1")]);
    const then = today.withEdges(asPlan(told).edges);
    expect([...then.withNeeded(["2"])].sort()).toEqual(["1", "2"]);
    expect([...then.withNeeded(["1"])]).toEqual(["1"]);
  });
});

describe("where a run comes from", () => {
  it("is a job of a pipeline, and the token that asked", () => {
    const source = {
      ci: "github",
      job: "build / api",
      url: "https://ci.example/1",
      token: { name: "ci" },
    };
    expect(sourceOf(source)).toEqual({
      job: "build / api",
      url: "https://ci.example/1",
      token: "ci",
      schedule: "",
      retryOf: null,
    });
    expect(sourceOf({ ci: "gitlab", schedule: "nightly", retry_of: "r" })).toMatchObject({
      job: "gitlab",
      schedule: "nightly",
      retryOf: "r",
    });
  });

  it.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//elsewhere.example",
    "https:///x",
    42,
    null,
  ])("opens no address that is none of the web: %s", (url) => {
    expect(sourceOf({ url }).url).toBe("");
  });

  it("does not trip over what is none", () => {
    expect(sourceOf(null).job).toBe("");
    expect(sourceOf({ token: "x", job: 7 })).toMatchObject({ job: "", token: "" });
  });
});

describe("what runs bring to light", () => {
  const slower = { test: "shop/cart", baseline_ms: 80, p50_response_time_ms: 120 };

  it("is said with its figures", () => {
    const flaky = heardIn("flaky_test_detected", {
      run_id: "r",
      events: [{ test: "shop/cart", reason: "2 of 9 runs in 7 days did not pass" }],
    });
    expect(flaky?.findings.map(inWords)).toEqual([
      "fails now and then: 2 of 9 runs in 7 days did not pass",
    ]);
    const heard = heardIn("performance_degradation", { run_id: "r", events: [slower] });
    expect(heard?.findings.map(inWords)).toEqual(["got slower: 120 ms instead of 80 ms"]);
    expect(inWords({ type: "performance_degradation", reason: "", slower: null })).toBe(
      "got slower",
    );
  });

  it("is nothing where a message is about something else, or holds nothing", () => {
    expect(heardIn("run_completed", { run_id: "r", events: [slower] })).toBeNull();
    expect(heardIn("performance_degradation", { run_id: "r", events: [{}] })).toBeNull();
    expect(heardIn("performance_degradation", null)).toBeNull();
  });
});
