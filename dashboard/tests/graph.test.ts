import { describe, expect, it } from "vitest";
import { layoutOf } from "../src/components/graph/layout";
import { groupWith, MOST_TESTS, shapeOf } from "../src/components/graph/shape";
import { levelsOf, reduced } from "../src/lib/graph";
import { aTest, edge } from "./builders";

const ids = new Set(["a", "b", "c"]);
const chain = [edge("a", "b"), edge("b", "c"), edge("a", "c")];
const keys = new Map([["s", "shop"]]);

describe("levels", () => {
  it("are the longest way from the beginning", () => {
    expect([...levelsOf(ids, chain)].sort()).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
  });

  it("come to an end where a circle slipped in", () => {
    expect(levelsOf(new Set(["a", "b"]), [edge("a", "b"), edge("b", "a")]).size).toBe(2);
  });

  it("need no room on the stack for ten thousand tests in a row", () => {
    const names = Array.from({ length: 10_000 }, (_, number) => String(number));
    const row = names.slice(1).map((name, index) => edge(names[index] as string, name));
    expect(levelsOf(new Set(names), row).get("9999")).toBe(9999);
  });
});

describe("arrows", () => {
  it("that follow from others are not drawn", () => {
    expect(reduced(ids, chain).map(({ from, to }) => from + to)).toEqual(["ab", "bc"]);
  });

  it("are drawn once where a test has two reasons", () => {
    expect(reduced(ids, [edge("a", "b"), edge("a", "b", { kind: "token" })])).toHaveLength(1);
  });

  it("to tests that are not there are left out", () => {
    expect(reduced(ids, [edge("gone", "a")])).toEqual([]);
  });
});

describe("the shape of many tests", () => {
  const many = Array.from({ length: MOST_TESTS + 1 }, (_, number) => aTest(`t${number}`));
  const edges = many.slice(1).map((test) => edge("t0", test.id));

  it("is groups by suite and level", () => {
    const shape = shapeOf(many, edges, keys);
    expect(shape.isGrouped).toBe(true);
    expect(shape.nodes.map((node) => node.tests.length)).toEqual([1, MOST_TESTS]);
    expect(shape.arrows).toHaveLength(1);
  });

  it("gives the tests of a group by any of them", () => {
    expect(groupWith("t5", many, edges)).toHaveLength(MOST_TESTS);
  });
});

describe("a layout", () => {
  it("puts who waits to the right of what it waits for", () => {
    const shape = shapeOf([aTest("a"), aTest("b")], [edge("a", "b")], keys);
    const { places, direction } = layoutOf(shape, { width: 1200, height: 600 });
    expect(direction).toBe("right");
    expect(places.get("b")?.x).toBeGreaterThan(places.get("a")?.x ?? Number.NaN);
  });

  it("goes down where a long chain would be too small to read", () => {
    const row = Array.from({ length: 9 }, (_, number) => aTest(`t${number}`));
    const edges = row.slice(1).map((test, index) => edge(`t${index}`, test.id));
    const { direction } = layoutOf(shapeOf(row, edges, keys), { width: 380, height: 700 });
    expect(direction).toBe("down");
  });
});
