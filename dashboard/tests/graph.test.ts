import { describe, expect, it } from "vitest";
import { asNode } from "../src/components/graph/elements";
import { layoutOf, NODE_HEIGHT, nodeWidthOf } from "../src/components/graph/layout";
import { groupWith, MOST_TESTS, shapeOf } from "../src/components/graph/shape";
import { fits, frameFor, mostHeight, READABLE, viewOf, zoomIn } from "../src/components/graph/view";
import { levelsOf, reduced } from "../src/lib/graph";
import { aTest, catalogue, edge } from "./builders";

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

describe("the width of nodes", () => {
  const named = (...names: string[]) =>
    shapeOf(
      names.map((name) => aTest(name)),
      [],
      keys,
    );

  it("follows the names, but not the one that is far longer than the others", () => {
    const usual = [
      "login",
      "recommendations",
      ...Array.from({ length: 20 }, (_, n) => `test-${n}`),
    ];
    const withOne = nodeWidthOf(named(...usual, "x".repeat(100)));
    expect(withOne).toBe(nodeWidthOf(named(...usual)));
    expect(nodeWidthOf(named("recommendations"))).toBeGreaterThan(withOne);
  });

  it("has its bounds", () => {
    expect(nodeWidthOf(named("a"))).toBeGreaterThan(100);
    expect(nodeWidthOf(named("x".repeat(100)))).toBeLessThan(260);
    expect(nodeWidthOf(named())).toBeGreaterThan(100);
  });
});

describe("a frame", () => {
  const window = 800;

  it("is no higher than a small drawing has use for", () => {
    expect(frameFor({ width: 600, height: 200 }, 1200, window).height).toBe(380);
  });

  it("grows for a tall drawing, but never beyond the window", () => {
    expect(frameFor({ width: 600, height: 400 }, 1200, window).height).toBe(1.25 * 400 + 36);
    const { height } = frameFor({ width: 600, height: 9_000 }, 1200, window);
    expect(height).toBe(mostHeight(1200, window));
    expect(height).toBeLessThan(window);
  });

  it("leaves a phone something to scroll the page by", () => {
    expect(frameFor({ width: 600, height: 9_000 }, 358, 844).height).toBeLessThan(0.7 * 844);
  });
});

describe("what is seen first", () => {
  const frame = { width: 1000, height: 500 };
  const origin = { x: 0, y: 0 };

  it("is all of a small drawing, in the middle and somewhat larger than drawn", () => {
    const view = { zoom: 1.25, x: 250, y: 187.5 };
    expect(viewOf({ width: 400, height: 100 }, frame, origin)).toEqual(view);
  });

  it("is made smaller only as long as names can be read", () => {
    const large = { width: 5_000, height: 300 };
    expect(zoomIn(frame, large)).toBeLessThan(READABLE);
    expect(fits(frame, large)).toBe(false);
    expect(viewOf(large, frame, origin).zoom).toBe(READABLE);
  });

  it("is what one looks for, of a drawing that is larger than its frame", () => {
    const large = { width: 5_000, height: 300 };
    const { x, zoom } = viewOf(large, frame, { x: 2_500, y: 0 });
    expect(x + zoom * 2_500).toBe(500);
  });

  it("goes no further than to its ends", () => {
    const large = { width: 5_000, height: 300 };
    expect(viewOf(large, frame, origin).x).toBe(18);
    expect(viewOf(large, frame, { x: 5_000, y: 0 }).x).toBe(1000 - 18 - READABLE * 5_000);
  });
});

describe("a node", () => {
  it("says how large it is and where its arrows end: nothing is measured before they are drawn", () => {
    const shape = shapeOf([aTest("a"), aTest("b")], [edge("a", "b")], keys);
    const layout = layoutOf(shape, { width: 1200, height: 600 });
    const nodes = shape.nodes.map((node) =>
      asNode(node, layout, { catalogue: catalogue([]), stateOf: null, results: undefined }),
    );
    for (const { measured, handles } of nodes) {
      expect(measured).toEqual({ width: layout.nodeWidth, height: NODE_HEIGHT });
      expect(handles?.map(({ type, position }) => `${type} ${position}`)).toEqual([
        "target left",
        "source right",
      ]);
    }
  });
});
