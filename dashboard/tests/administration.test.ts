import { describe, expect, it } from "vitest";
import { asDataError, changed } from "../src/data/errors";
import { cronInWords } from "../src/lib/cron";
import { coverageOf, matching } from "../src/lib/endpoints";
import { bySuite, lifeOf } from "../src/lib/fixtures";
import { fateOf, inOrder, labelOf, ownDays, unitOf } from "../src/lib/retention";
import { day, inZone, shortDay, until, zones } from "../src/lib/times";
import { stateOf, usages } from "../src/lib/tokens";

describe("cron in words", () => {
  it.each([
    ["* * * * *", "every minute"],
    ["*/15 * * * *", "every 15 minutes"],
    ["*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour"],
    ["30 * * * *", "at minute 30 of every hour"],
    ["0 3 * * *", "every day at 03:00"],
    ["0 3,15 * * *", "every day at 03:00 and 15:00"],
    ["30 6 * * mon-fri", "at 06:30 on Monday to Friday"],
    ["0 6 * * 7", "at 06:00 on Sunday"],
    ["0 6 * * 0,sat", "at 06:00 on Sunday and Saturday"],
    ["*/15 8-18 * * mon-fri", "every 15 minutes, from 08:00 to 18:59 on Monday to Friday"],
    ["0 */2 * * *", "every 2 hours, at minute 0"],
    ["*/15 */3 * * *", "every 15 minutes of every 3rd hour"],
    ["0 */9 * * *", "every day at 00:00, 09:00 and 18:00"],
    ["*/30 2,5 * * *", "every 30 minutes, from 02:00 to 02:59 and 05:00 to 05:59"],
    ["0 0 1,15 * *", "at 00:00 on the 1st and 15th of the month"],
    ["0 0 11-13 * *", "at 00:00 on the 11th to 13th of the month"],
    ["0 4 1 jan,jul *", "at 04:00 on the 1st of the month in January and July"],
    ["0 4 1 * mon", "at 04:00 on the 1st of the month and on Monday"],
    ["0 4 1-7 * */1", "at 04:00 on the 1st to 7th of the month, if it is Sunday to Sunday"],
    ["0 4 * 3-5 *", "every day at 04:00 in March to May"],
    ["0 20/2 * * *", "every day at 20:00 and 22:00"],
  ])("says what %s means", (cron, words) => {
    expect(cronInWords(cron)).toBe(words);
  });

  it.each([
    "",
    "daily",
    "* * * *",
    "60 * * * *",
    "0 24 * * *",
    "0 3 0 * *",
    "0 3 * * fry",
    "5-1 * * * *",
    "*/0 * * * *",
  ])("says nothing of %j, which is no time", (cron) => {
    expect(cronInWords(cron)).toBeNull();
  });
});

describe("refusals of the database", () => {
  it("tell of the rule that is broken by its name, which is a sentence", () => {
    const message =
      'new row for relation "schedules" violates check constraint "schedules_cron_has_five_fields"';
    expect(asDataError({ code: "23514", message })).toMatchObject({
      message: "A rule is broken.",
      hint: "Schedules cron has five fields.",
    });
  });

  it("tell that there is one like it, without words about indexes", () => {
    const message = 'duplicate key value violates unique constraint "idx_api_endpoints_path"';
    expect(asDataError({ code: "23505", message }).message).toBe("There is one like this already.");
  });

  it("tell of what took too long", () => {
    const message = "canceling statement due to statement timeout";
    expect(asDataError({ code: "57014", message }).message).toBe("That took too long.");
  });

  it("tell of a change that changed nothing", async () => {
    await expect(changed(Promise.resolve({ data: [], error: null }))).rejects.toMatchObject({
      message: "Nothing was changed.",
    });
    await expect(changed(Promise.resolve({ data: [{}], error: null }))).resolves.toBeUndefined();
  });
});

describe("times to come", () => {
  const now = Date.parse("2026-03-01T00:00:00Z");

  it.each([
    ["2026-03-01T00:00:10Z", "now"],
    ["2026-02-01T00:00:00Z", "now"],
    ["2026-03-01T00:20:00Z", "in 20 min"],
    ["2026-03-01T03:00:00Z", "in 3 h"],
    ["2026-03-04T00:00:00Z", "in 3 days"],
  ])("tells how long it is until %s", (moment, words) => {
    expect(until(moment, now)).toBe(words);
  });

  it("shows the clocks of the zone that is meant", () => {
    expect(inZone("2026-03-01T02:00:00Z", "Asia/Tokyo")).toContain("11:00");
  });

  it("shows UTC where the browser does not know the zone", () => {
    expect(inZone("2026-03-01T02:00:00Z", "Mars/Olympus")).toContain("02:00");
  });

  it("offers a zone that is in use, whether the browser knows it or not", () => {
    expect(zones("Mars/Olympus").slice(0, 2)).toEqual(["Mars/Olympus", "UTC"]);
  });
});

describe("project tokens", () => {
  const now = Date.parse("2026-03-01T00:00:00Z");

  it("tells those that work from the others, and a revoked one stays revoked", () => {
    const past = "2026-02-01T00:00:00Z";
    expect(stateOf({ expires_at: null, revoked_at: null }, now)).toBe("works");
    expect(stateOf({ expires_at: "2026-04-01T00:00:00Z", revoked_at: null }, now)).toBe("works");
    expect(stateOf({ expires_at: past, revoked_at: null }, now)).toBe("expired");
    expect(stateOf({ expires_at: past, revoked_at: past }, now)).toBe("revoked");
  });

  it("says how each CI is told, and pushes only where the token may", () => {
    const place = { url: "https://project.example", key: "sb_publishable_x" };
    const pushing = usages({ ...place, mayPush: true });
    const asking = usages({ ...place, mayPush: false });
    expect(pushing.map(({ name }) => name)).toEqual(["GitHub", "GitLab", "Any other"]);
    expect(pushing[0]?.file).toContain("push: true");
    expect(asking[0]?.file).not.toContain("push");
    expect(asking.every(({ file }) => file.includes(place.url))).toBe(true);
  });
});

describe("retention", () => {
  it("says only where an organization differs from the rule", () => {
    const rule = { runs: 90, metrics: 730, history: 365 };
    expect(ownDays(rule, { runs: 30, metrics: null, history: 365 })).toEqual({ runs: 30 });
  });

  it("puts what it knows first", () => {
    expect(inOrder({ new_kind: 1, runs: 2, passed_results: 3 }).map(([kind]) => kind)).toEqual([
      "passed_results",
      "runs",
      "new_kind",
    ]);
  });

  it("has words for what it knows, and names for what it does not", () => {
    expect(labelOf("runs")).toBe("Runs that completed");
    expect(labelOf("new_kind")).toBe("new kind");
    expect(fateOf("new_kind")).toBe("deleted");
    expect([unitOf("images"), unitOf("runs")]).toEqual(["file", "run"]);
  });
});

describe("endpoints", () => {
  const endpoint = (path: string, tests: number, tags: string[] = []) => ({
    ...{ method: "GET", path, name: "", operation_id: null, tags, tests },
  });
  const all = [endpoint("/users/{id}", 2, ["people"]), endpoint("/orders", 0)];

  it("are found by path, method and tag, and by whether a test calls them", () => {
    const paths = (text: string, isUncovered = false) =>
      matching(all, { text, isUncovered }).map(({ path }) => path);
    expect(paths("get /us")).toEqual(["/users/{id}"]);
    expect(paths("PEOPLE")).toEqual(["/users/{id}"]);
    expect(paths("", true)).toEqual(["/orders"]);
    expect(paths("users", true)).toEqual([]);
  });

  it("are covered as far as tests call them", () => {
    expect(coverageOf(all)).toEqual({ covered: 1, total: 2, percent: 50 });
    expect(coverageOf([]).percent).toBeNull();
  });
});

describe("fixtures", () => {
  const fixture = {
    ...{ kind: "literal", ttl_seconds: null, cleanup_after_seconds: null },
    ...{ cleanup: "immediate", suite_id: null },
  };

  it.each([
    [{}, "the run"],
    [{ ttl_seconds: 3600 }, "1 h"],
    [{ cleanup: "delayed", cleanup_after_seconds: 90, ttl_seconds: 90 }, "1 min 30 s"],
    [{ cleanup: "manual", ttl_seconds: 90 }, "until somebody removes it"],
  ])("live as long as they say: %j", (said, words) => {
    expect(lifeOf({ ...fixture, ...said })).toBe(words);
  });

  it("stand under the suite that has them, and those of others apart", () => {
    const all = [
      { key: "z", suite_id: "s", project_id: "p" },
      { key: "a", suite_id: "s", project_id: "p" },
      { key: "free", suite_id: null, project_id: "p" },
      { key: "theirs", suite_id: "t", project_id: "q" },
    ];
    const suites = [
      { id: "empty", key: "empty" },
      { id: "s", key: "shop" },
    ];
    const groups = bySuite(all, "p", suites);
    expect(groups.map(({ title, fixtures }) => [title, fixtures.map(({ key }) => key)])).toEqual([
      ["shop", ["a", "z"]],
      ["Of no suite", ["free"]],
      ["Shared by other projects", ["theirs"]],
    ]);
  });
});

describe("days", () => {
  it("are those of the zone that is named", () => {
    const midnight = "2026-06-01T00:00:00Z";
    expect(day(midnight, "UTC")).not.toBe(day(midnight, "America/New_York"));
    expect(day(null)).toBe("–");
  });

  it("of a chart are short, and the same everywhere", () => {
    expect(shortDay("2026-06-01")).toBe("Jun 1");
  });
});
