import dagre from "@dagrejs/dagre";
import type { Shape } from "./shape";
import { type Size, zoomIn } from "./view";

export const NODE_HEIGHT = 48;

/** A node is as wide as nine in ten names want, but no wider: what the few long ones lose, a pointer tells. */
const NODE_WIDTHS = { least: 128, most: 236, ofGroups: 226 };
const LETTER = 7.9;
/** What is beside the name: edge, picture and space. */
const BESIDE_NAME = 54;

/** Right: who waits stands to the right of what it waits for. Down: below it. */
export type Direction = "right" | "down";

export interface Layout extends Size {
  readonly direction: Direction;
  readonly nodeWidth: number;
  readonly places: ReadonlyMap<string, { x: number; y: number }>;
}

/** Where the nodes go: in the direction in which more of them is seen, and larger, in such a frame. */
export function layoutOf(shape: Shape, frame: Size): Layout {
  const right = drawn(shape, "right");
  if (zoomIn(frame, right) > 0.9) return right;
  const down = drawn(shape, "down");
  return zoomIn(frame, down) > zoomIn(frame, right) ? down : right;
}

/** How wide all nodes are. */
export function nodeWidthOf({ nodes, isGrouped }: Shape): number {
  if (isGrouped) return NODE_WIDTHS.ofGroups;
  const lengths = nodes.map((node) => node.label.length).sort((a, b) => a - b);
  const usual = lengths[Math.ceil(0.9 * (lengths.length - 1))] ?? 0;
  const wanted = Math.ceil(BESIDE_NAME + LETTER * usual);
  return Math.min(NODE_WIDTHS.most, Math.max(NODE_WIDTHS.least, wanted));
}

function drawn(shape: Shape, direction: Direction): Layout {
  const nodeWidth = nodeWidthOf(shape);
  const graph = new dagre.graphlib.Graph();
  const spaces =
    direction === "right" ? { nodesep: 12, ranksep: 44 } : { nodesep: 14, ranksep: 34 };
  graph.setGraph({ rankdir: direction === "right" ? "LR" : "TB", ...spaces });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of shape.nodes) graph.setNode(id, { width: nodeWidth, height: NODE_HEIGHT });
  for (const arrow of shape.arrows) graph.setEdge(arrow.from, arrow.to);
  dagre.layout(graph);
  const places = new Map(
    shape.nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - nodeWidth / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
  const { width = 1, height = 1 } = graph.graph() as { width?: number; height?: number };
  return {
    direction,
    nodeWidth,
    places,
    width: width || nodeWidth,
    height: height || NODE_HEIGHT,
  };
}
