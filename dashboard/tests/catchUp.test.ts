import { describe, expect, it } from "vitest";
import { CatchUp, type Row } from "../src/live/catchUp";
import { counters, result } from "./builders";

/** Rows in the order of their ids, and what was asked of them. */
class Shelf {
  asked: (string | null)[] = [];
  rows: Row[] = [];
  passed = 0;

  put(...ids: string[]): void {
    this.rows = [...this.rows, ...ids.map((id) => ({ id, ...result(id) }))];
    this.rows.sort((a, b) => a.id.localeCompare(b.id));
    this.passed = this.rows.length;
  }

  async run() {
    return { sequence: 1, status: "running" as const, ...counters({ passed: this.passed }) };
  }

  async results(_: unknown, after: string | null): Promise<Row[]> {
    this.asked.push(after);
    return this.rows.filter(({ id }) => after === null || id > after);
  }
}

const idsOf = (rows: readonly Row[] | null) => rows?.map(({ id }) => id);

describe("who catches up", () => {
  it("reads only what came after what was read before", async () => {
    const shelf = new Shelf();
    const catchUp = new CatchUp(shelf);
    shelf.put("1", "2");
    expect(idsOf((await catchUp.read(0)).results)).toEqual(["1", "2"]);
    shelf.put("3");
    expect(idsOf((await catchUp.read(2)).results)).toEqual(["3"]);
    expect(shelf.asked).toEqual([null, "2"]);
  });

  it("reads no results where as many are known as were counted", async () => {
    const shelf = new Shelf();
    shelf.put("1");
    expect((await new CatchUp(shelf).read(1)).results).toBeNull();
    expect(shelf.asked).toEqual([]);
  });

  it("reads those that messages told, too, when it has to read", async () => {
    const shelf = new Shelf();
    const catchUp = new CatchUp(shelf);
    shelf.put("1", "2", "3");
    expect(idsOf((await catchUp.read(2)).results)).toEqual(["1", "2", "3"]);
  });

  it("reads all where an id came late, out of its order", async () => {
    const shelf = new Shelf();
    const catchUp = new CatchUp(shelf);
    shelf.put("5");
    await catchUp.read(0);
    shelf.put("3", "6");
    expect(idsOf((await catchUp.read(1)).results)).toEqual(["3", "5", "6"]);
    expect(shelf.asked).toEqual([null, "5", null]);
  });
});
