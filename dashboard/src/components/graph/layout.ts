import dagre from "@dagrejs/dagre";
import type { Shape } from "./shape";

export const NODE_WIDTH = 210;
export const NODE_HEIGHT = 48;

/** Right: who waits stands to the right of what it waits for. Down: below it. */
export type Direction = "right" | "down";

export interface Layout {
  readonly direction: Direction;
  readonly places: ReadonlyMap<string, { x: number; y: number }>;
}

interface Sized extends Layout {
  readonly width: number;
  readonly height: number;
}

/** Where the nodes go: in the direction in which more of them is seen, and larger, in such a frame. */
export function layoutOf(shape: Shape, frame: { width: number; height: number }): Layout {
  const zoom = ({ width, height }: Sized) =>
    Math.min(1, frame.width / width, frame.height / height);
  const right = drawn(shape, "right");
  if (zoom(right) > 0.9) return right;
  const down = drawn(shape, "down");
  return zoom(down) > zoom(right) ? down : right;
}

function drawn({ nodes, arrows }: Shape, direction: Direction): Sized {
  const graph = new dagre.graphlib.Graph();
  const spaces =
    direction === "right" ? { nodesep: 14, ranksep: 56 } : { nodesep: 18, ranksep: 38 };
  graph.setGraph({ rankdir: direction === "right" ? "LR" : "TB", ...spaces });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const arrow of arrows) graph.setEdge(arrow.from, arrow.to);
  dagre.layout(graph);
  const places = new Map(
    nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
  const { width = 1, height = 1 } = graph.graph() as { width?: number; height?: number };
  return { direction, places, width: width || NODE_WIDTH, height: height || NODE_HEIGHT };
}
