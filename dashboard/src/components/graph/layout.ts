import dagre from "@dagrejs/dagre";
import type { Shape } from "./shape";

export const NODE_WIDTH = 210;
export const NODE_HEIGHT = 48;

export type Places = ReadonlyMap<string, { x: number; y: number }>;

/** Where the nodes go: who waits stands to the right of what it waits for. */
export function placesOf({ nodes, arrows }: Shape): Places {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 62, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const arrow of arrows) graph.setEdge(arrow.from, arrow.to);
  dagre.layout(graph);
  return new Map(
    nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
}
