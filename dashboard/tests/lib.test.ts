import { describe, expect, it } from "vitest";
import { readConfig } from "../src/data/config";
import { asDataError } from "../src/data/errors";
import { addedBy } from "../src/lib/added";
import { laterOf } from "../src/lib/afterwards";
import { nameOf } from "../src/lib/assertions";
import { intoAttempts } from "../src/lib/attempts";
import { asCurl } from "../src/lib/curl";
import { expectedTests } from "../src/lib/expected";
import { ago, bytes, count, duration, percent } from "../src/lib/format";
import { asLine, prettyBody } from "../src/lib/json";
import { titleOf } from "../src/lib/runs";
import { isFound } from "../src/lib/search";
import { slugOf } from "../src/lib/slug";
import { firstChoice, selectionOf } from "../src/lib/startRun";
import { summaryOf } from "../src/lib/summary";
import { marksFor, sideOfTime, timelineOf } from "../src/lib/timeline";
import { byDay } from "../src/lib/trend";
import { valuesOf } from "../src/lib/values";
import { aTest, catalogue, detail, edge, result } from "./builders";

describe("words for numbers", () => {
  it.each([
    [null, "–"],
    [0, "0 ms"],
    [0.42, "0.4 ms"],
    [37.4, "37 ms"],
    [999.6, "1.0 s"],
    [59_960, "1 min"],
    [125_000, "2 min 5 s"],
    [3_780_000, "1 h 3 min"],
  ])("a duration of %s ms is %s", (ms, words) => expect(duration(ms)).toBe(words));

  it.each([
    [99.96, "99.9 %"],
    [100, "100 %"],
    [0, "0 %"],
    [null, "–"],
  ])("a rate of %s is %s: nearly all is not all", (rate, words) =>
    expect(percent(rate)).toBe(words),
  );

  it("says how long ago something was, and the date when it is long ago", () => {
    const now = Date.parse("2030-03-10T12:00:00Z");
    expect(ago("2030-03-10T11:59:50Z", now)).toBe("just now");
    expect(ago("2030-03-10T11:56:00Z", now)).toBe("4 min ago");
    expect(ago("2030-03-09T12:00:00Z", now)).toBe("yesterday");
    expect(ago("2029-12-24T12:00:00Z", now)).toBe("2029-12-24");
  });

  it("counts", () => {
    expect(count(1, "test")).toBe("1 test");
    expect(count(2000, "test")).toBe("2,000 tests");
    expect(bytes(291)).toBe("291 B");
    expect(bytes(1_530_000)).toBe("1.5 MB");
  });
});

describe("a request as curl", () => {
  it("can be pasted into a shell, whatever is in it", () => {
    const command = asCurl({
      method: "POST",
      url: "http://shop/a?b=1&c=2",
      headers: [
        ["Content-Type", "application/json"],
        ["Content-Length", "9"],
      ],
      body: `{"it's":1}`,
    });
    expect(command).toBe(
      `curl 'http://shop/a?b=1&c=2' \\\n  -H 'Content-Type: application/json' \\\n  --data-raw '{"it'\\''s":1}'`,
    );
  });

  it("names the method where curl would take another", () => {
    expect(asCurl({ method: "DELETE", url: "http://a", headers: [], body: null })).toContain(
      "-X DELETE",
    );
    expect(asCurl({ method: "GET", url: "http://a", headers: [], body: null })).toBe(
      "curl 'http://a'",
    );
    expect(asCurl({ method: "GET", url: "http://a", headers: [], body: "x" })).toContain("-X GET");
  });
});

describe("bodies", () => {
  it("are indented when they are JSON, and else left alone", () => {
    expect(prettyBody('{"a":1}').text).toBe('{\n  "a": 1\n}');
    expect(prettyBody('{"a":').text).toBe('{"a":');
    expect(prettyBody("<p>").isJson).toBe(false);
    expect(prettyBody('[{}, [], {"a": [1, "b,:{"]}]').text).toBe(
      JSON.stringify([{}, [], { a: [1, "b,:{"] }], null, 2),
    );
    // Read and written anew, these would be other answers than the one that came.
    const came = '{"id": 12345678901234567890, "price": 1.10, "a": 1, "a": 2, "far": 1e400}';
    expect(prettyBody(came).text.replace(/\n */g, " ")).toBe(`{ ${came.slice(1, -1)} }`);
    expect(prettyBody('["\\u00fc", "\\ud800", "\\\\u00fc"]').text).toBe(
      '[\n  "ü",\n  "\\ud800",\n  "\\\\u00fc"\n]',
    );
    expect(asLine(undefined)).toBe("nothing");
  });
});

describe("evidence", () => {
  it("is put together by attempt and exchange", () => {
    const attempts = intoAttempts([
      detail("attempt", { number: 1, verdict: "failed" }),
      detail("request", { method: "GET" }),
      detail("response", { status: 500 }),
      detail("assertion", { passed: false }),
      detail("request", { method: "GET" }, { attempt: 2 }),
      detail("context", {}),
    ]);
    expect(attempts.map((attempt) => attempt.exchanges.length)).toEqual([1, 1]);
    expect(attempts[0]?.exchanges[0]?.response?.status).toBe(500);
    expect(attempts[0]?.note?.verdict).toBe("failed");
  });

  it("begins a new exchange with each request, and with each step", () => {
    const [attempt] = intoAttempts([
      detail("request", {}, { position: 1 }),
      detail("request", {}, { position: 2 }),
      detail("request", {}, { position: 3, step: 1 }),
    ]);
    expect(attempt?.exchanges).toHaveLength(3);
  });

  it("has what was done afterwards, with what was sent", () => {
    const steps = [{ evidence: [{ kind: "request", content: { method: "DELETE" } }] }];
    const later = laterOf([
      detail("cleanup", { verdict: "passed", reason: "", steps }),
      detail("renewal", {
        tokens: ["access"],
        cause: "it had expired",
        wanted_by: "shop/me",
        worked: false,
        reason: "401",
        attempts: [{ steps }, { steps }],
      }),
    ]);
    expect(later.map(({ title, state, exchanges }) => [title, state, exchanges.length])).toEqual([
      ["Cleaned up", "passed", 1],
      ["Renewed access for shop/me: it had expired", "failed", 2],
    ]);
    expect(later[0]?.exchanges[0]?.request?.method).toBe("DELETE");
  });

  it("names expectations in words", () => {
    const base = { passed: true, actual: 1, message: "", difference: "" };
    expect(
      nameOf({ ...base, kind: "status", subject: "", operator: "equals", expected: 200 }),
    ).toBe("status equals 200");
    expect(
      nameOf({ ...base, kind: "json", subject: "$.id", operator: "exists", expected: null }),
    ).toBe("$.id exists");
  });
});

describe("which tests a run will run", () => {
  const tests = [aTest("login"), aTest("cart"), aTest("search", { tags: ["fast"] })];
  const all = catalogue(tests, [edge("login", "cart")]);

  it("is all of its suites, or all", () => {
    expect(expectedTests({ suites: [], selection: {} }, all).size).toBe(3);
    expect(expectedTests({ suites: ["other"], selection: {} }, all).size).toBe(0);
  });

  it("leaves out what is no longer in the project", () => {
    const gone = catalogue([aTest("old", { isGone: true }), aTest("new")]);
    expect([...expectedTests({ suites: [], selection: {} }, gone)]).toEqual(["new"]);
  });

  it("is what was chosen, with what that needs", () => {
    expect(
      [...expectedTests({ suites: [], selection: { only: ["shop/cart"] } }, all)].sort(),
    ).toEqual(["cart", "login"]);
    expect([...expectedTests({ suites: [], selection: { tags: ["fast"] } }, all)]).toEqual([
      "search",
    ]);
  });
});

describe("a run's title", () => {
  it("says what ran", () => {
    expect(titleOf({ suites: [], selection: {}, source: {} })).toBe("all suites");
    expect(
      titleOf({
        suites: ["shop"],
        selection: { only: ["shop/a", "shop/b", "shop/c"] },
        source: {},
      }),
    ).toBe("shop · a, b and 1 more");
    expect(
      titleOf({ suites: ["shop"], selection: { only: ["shop/a"] }, source: { retry_of: "x" } }),
    ).toBe("shop: what did not pass");
  });
});

describe("the context", () => {
  it("shows each value once, with who made it and who uses it", () => {
    const known = catalogue(
      [aTest("login"), aTest("cart")],
      [edge("login", "cart", { kind: "token", reasons: ["uses tokens.access in auth.bearer"] })],
    );
    const values = valuesOf(
      {
        version: 1,
        tokens: ["access"],
        variables: {},
        captured: { "shop/login": { access: "***" }, "shop/cart": { total: 3 } },
        provenance: [
          { kind: "token", name: "access", test: "shop/login", capture: "$.token" },
          { kind: "data", name: "total", test: "shop/cart", capture: "$.total" },
        ],
        expiresAt: null,
      },
      known,
    );
    expect(values.map((value) => value.reference)).toEqual([
      "tokens.access",
      "captured_data.cart.total",
    ]);
    expect(values[0]?.users.map((user) => user.name)).toEqual(["shop/cart"]);
    expect(values[0]?.isSecret).toBe(true);
  });
});

describe("days", () => {
  it("are one figure, by how many runs each stands for", () => {
    const day = {
      total_runs: 1,
      successful_runs: 1,
      measured_runs: 1,
      p50_response_time_ms: 10,
      p95_response_time_ms: 20,
      p99_response_time_ms: null,
    };
    const summary = summaryOf([
      day,
      { ...day, total_runs: 3, successful_runs: 1, measured_runs: 3, p50_response_time_ms: 30 },
    ]);
    expect(summary).toEqual({ runs: 4, successRate: 50, p50: 25, p95: 20, p99: null });
    expect(summaryOf([]).successRate).toBeNull();
  });

  it("are put together from ends of runs, the first day first", () => {
    const end = {
      run_id: "r",
      environment_id: "e",
      status: "completed",
      total: 2,
      broken: 0,
      blocked: 0,
      skipped: 1,
      success_rate: 50,
      waited_ms: 0,
      finished_at: null,
      run_created_at: "",
      runs: 1,
    } as const;
    const days = byDay([
      { ...end, date: "2030-01-02", passed: 1, failed: 0, duration_ms: 10 },
      { ...end, date: "2030-01-01", passed: 1, failed: 1, duration_ms: 10 },
      { ...end, date: "2030-01-01", passed: 1, failed: 1, duration_ms: 30 },
    ] as unknown as Parameters<typeof byDay>[0]);
    expect(days.map((day) => [day.date, day.passed, day.successRate, day.medianMs])).toEqual([
      ["2030-01-01", 2, 50, 20],
      ["2030-01-02", 1, 100, 10],
    ]);
  });
});

describe("a timeline", () => {
  it("begins with the first test and ends with the last", () => {
    const line = timelineOf([
      result("b", { startedAt: "2030-01-01T00:00:00.100Z", totalMs: 50 }),
      result("a", { startedAt: "2030-01-01T00:00:00.000Z", totalMs: 20 }),
      result("never"),
    ]);
    expect(line.bars.map((bar) => [bar.testId, bar.start, bar.length])).toEqual([
      ["a", 0, 20],
      ["b", 100, 50],
    ]);
    expect(line.span).toBe(150);
  });

  it("has round marks", () => {
    expect(marksFor(66)).toEqual([0, 20, 40, 60]);
    expect(marksFor(1)).toHaveLength(6);
  });
});

describe("settings and refusals", () => {
  it("take the origin of the page for a relative address, and no secret key", () => {
    expect(readConfig({ url: "/", key: "sb_publishable_x" }, "http://here")).toEqual({
      url: "http://here",
      key: "sb_publishable_x",
      mail: "sent",
    });
    expect(() => readConfig({ url: "/", key: "sb_secret_x" }, "http://here")).toThrow(/secret key/);
    expect(() => readConfig({}, "http://here")).toThrow(/url/);
  });

  it("say what a person can do", () => {
    expect(asDataError(new TypeError("Failed to fetch")).message).toBe(
      "The server cannot be reached.",
    );
    expect(asDataError({ message: "x", code: "42501" }).hint).toContain("admin");
    const mistyped = { message: 'invalid input syntax for type uuid: "x"', code: "22P02" };
    expect(asDataError(mistyped).isMissing).toBe(true);
    expect(asDataError({ message: "no such thing", hint: "look", code: "PT404" })).toMatchObject({
      message: "No such thing.",
      hint: "look",
      isMissing: true,
    });
  });

  it("make a short name of any name", () => {
    expect(slugOf("  Größe & Übung! ")).toBe("gro-e-ubung");
  });
});

describe("a run that is put together", () => {
  it("begins in the environment of the run before, while there is one", () => {
    const before = { environments: { name: "staging" } };
    expect(firstChoice(["local", "staging"], before)).toBe("staging");
    expect(firstChoice(["local"], before)).toBe("local");
    expect(firstChoice(["local"], null)).toBe("local");
    expect(firstChoice([], before)).toBeNull();
  });

  it("runs again what was asked for, tags and all", () => {
    const run = { suites: ["shop"], selection: { tags: ["smoke"] } };
    expect(selectionOf(run)).toEqual({ suites: ["shop"], only: [], tags: ["smoke"] });
  });
});

describe("looking for tests", () => {
  const login = aTest("login", { name: "A customer signs in", tags: ["smoke"] });

  it.each(["LOG", "signs in", "smoke", " login ", ""])(
    "finds by any part of name and tags: %j",
    (text) => {
      expect(isFound(text, login)).toBe(true);
    },
  );

  it("finds no others", () => {
    expect(isFound("logout", login)).toBe(false);
  });
});

describe("what a test added", () => {
  it("has its name as others write it, its value, and never that of a token", () => {
    const content = {
      captured_data: { items: [1, 2] },
      variables: { order: "o-7" },
      provenance: [
        { kind: "data", name: "items", capture: "$.items" },
        { kind: "variable", name: "order" },
        { kind: "token", name: "access", capture: "$.token" },
      ],
    };
    expect(addedBy([detail("context", content)])).toEqual([
      { name: "items", value: "[1,2]", capture: "$.items" },
      { name: "order", value: "o-7", capture: null },
      { name: "tokens.access", value: "***", capture: "$.token" },
    ]);
  });

  it("is nothing where nothing was kept", () => {
    expect(addedBy([])).toEqual([]);
  });
});

describe("the time of a bar", () => {
  it.each([
    ["after", 0, 500],
    ["before", 400, 600],
    ["inside", 100, 900],
    ["inside", 0, 1_000],
  ] as const)("stands %s one from %i that is %i long", (side, start, length) => {
    expect(sideOfTime(start, length, 1_000)).toBe(side);
  });
});
