import { MarkerType, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { Result } from "../../data/results";
import type { Catalogue } from "../../data/tests";
import type { TestState } from "../../data/words";
import { shortName } from "../../lib/format";
import { type Layout, NODE_HEIGHT } from "./layout";
import type { Shape, ShapeNode } from "./shape";
import type { TestFlowEdge } from "./TestEdge";
import type { Point } from "./view";

/** What each test came to; null where no run is shown. */
export type StateOf = ((testId: string) => TestState) | null;

export interface Verdicts {
  readonly catalogue: Catalogue;
  readonly stateOf: StateOf;
  readonly results: ReadonlyMap<string, Result> | undefined;
}

/** A node as the library draws it: a test, or the tests of a group. */
export function asNode(node: ShapeNode, layout: Layout, verdicts: Verdicts): Node {
  const { places, direction, nodeWidth } = layout;
  const common = {
    id: node.id,
    position: places.get(node.id) ?? { x: 0, y: 0 },
    width: nodeWidth,
    height: NODE_HEIGHT,
    // What is known need not be measured on the page, and is not forgotten when a verdict comes.
    measured: { width: nodeWidth, height: NODE_HEIGHT },
    handles: endsOf(layout),
    focusable: true,
  };
  const [testId = ""] = node.tests;
  if (node.id !== testId) {
    const counts = countsOf(node, verdicts.stateOf);
    const data = { label: node.label, counts, size: node.tests.length, direction };
    return { ...common, type: "group-of-tests", ariaLabel: node.label, data };
  }
  const state = verdicts.stateOf?.(testId) ?? null;
  const ariaLabel = `${node.label}${state === null ? "" : `, ${state}`}`;
  const data = { label: node.label, state, direction, ...toldOf(testId, verdicts) };
  return { ...common, type: "test", ariaLabel, data: { ...data, isDim: state === "skipped" } };
}

/** How large the library makes the places where arrows end. */
const END = 6;

/** Where arrows come in and leave. */
function endsOf({ direction, nodeWidth }: Layout): NodeHandle[] {
  const end = { width: END, height: END };
  const across = (nodeWidth - END) / 2;
  const down = (NODE_HEIGHT - END) / 2;
  const [first, last] = [-END / 2, (length: number) => length - END / 2];
  if (direction === "right") {
    return [
      { ...end, type: "target", position: Position.Left, x: first, y: down },
      { ...end, type: "source", position: Position.Right, x: last(nodeWidth), y: down },
    ];
  }
  return [
    { ...end, type: "target", position: Position.Top, x: across, y: first },
    { ...end, type: "source", position: Position.Bottom, x: across, y: last(NODE_HEIGHT) },
  ];
}

function toldOf(testId: string, { catalogue, results }: Verdicts) {
  const result = results?.get(testId);
  const cause = result?.blockedBy ? catalogue.byId.get(result.blockedBy)?.fullName : undefined;
  return {
    totalMs: result?.totalMs ?? null,
    cause: cause === undefined ? null : shortName(cause),
  };
}

function countsOf({ tests }: ShapeNode, stateOf: StateOf): Partial<Record<TestState, number>> {
  const counts: Partial<Record<TestState, number>> = {};
  for (const id of tests) {
    const state = stateOf?.(id) ?? "pending";
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

/** The arrows as the library draws them. */
export function asEdges({ nodes, arrows, isGrouped }: Shape, stateOf: StateOf): TestFlowEdge[] {
  const labels = new Map(nodes.map((node) => [node.id, node.label]));
  const stateAt = (id: string) => (isGrouped ? undefined : stateOf?.(id));
  return arrows.map((arrow) => {
    const sentence = `${labels.get(arrow.to)} waits for ${labels.get(arrow.from)}`;
    const color = stateAt(arrow.to) === "blocked" ? "var(--blocked)" : "var(--arrow)";
    return {
      id: arrow.id,
      type: "reasoned",
      ariaLabel: sentence,
      data: { title: arrow.label === "" ? sentence : `${sentence}:\n${arrow.label}` },
      source: arrow.from,
      target: arrow.to,
      animated: stateAt(arrow.to) === "running",
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color },
      style: { stroke: color, ...(arrow.kind === "order" && { strokeDasharray: "5 4" }) },
    };
  });
}

/** What one looks for first: the first that went wrong by itself, else one under way, else the beginning. */
const LOOKED_FOR: readonly (readonly TestState[])[] = [["failed", "broken"], ["running"]];

/** Where to look first in a drawing that is not seen as a whole. */
export function focusOf({ nodes }: Shape, layout: Layout, stateOf: StateOf): Point {
  const middle = { x: layout.nodeWidth / 2, y: NODE_HEIGHT / 2 };
  for (const states of LOOKED_FOR) {
    const places = nodes
      .filter(({ tests }) => tests.some((id) => states.includes(stateOf?.(id) ?? "pending")))
      .flatMap(({ id }) => layout.places.get(id) ?? []);
    const [first] = places.sort((a, b) => a.x - b.x || a.y - b.y);
    if (first !== undefined) return { x: first.x + middle.x, y: first.y + middle.y };
  }
  return { x: 0, y: 0 };
}
