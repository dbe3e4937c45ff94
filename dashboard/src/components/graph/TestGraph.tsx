import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import {
  Background,
  Controls,
  MarkerType,
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from "@xyflow/react";
import { useEffect, useMemo } from "react";
import type { Result } from "../../data/results";
import type { Catalogue, Test } from "../../data/tests";
import type { TestState } from "../../data/words";
import { shortName } from "../../lib/format";
import { type Layout, layoutOf, NODE_HEIGHT, NODE_WIDTH } from "./layout";
import { type ShapeNode, shapeOf } from "./shape";
import { TestEdge, type TestFlowEdge } from "./TestEdge";
import styles from "./TestGraph.module.css";
import { GroupNode, TestNode } from "./TestNode";

const EDGE_TYPES = { reasoned: TestEdge };
const NODE_TYPES = { test: TestNode, "group-of-tests": GroupNode };

export interface TestGraphProps {
  readonly catalogue: Catalogue;
  readonly tests: readonly Test[];
  /** Null where no run is shown. */
  readonly stateOf: ((testId: string) => TestState) | null;
  readonly results?: ReadonlyMap<string, Result>;
  /** A test, or the tests of a group, was chosen. */
  onOpen(testIds: readonly string[]): void;
  readonly height?: number | string;
}

/** Who waits for whom; with verdicts where a run is shown. */
export function TestGraph(props: TestGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ catalogue, tests, stateOf, results, onOpen, height = 560 }: TestGraphProps) {
  const scheme = useComputedColorScheme("light");
  const shape = useMemo(() => {
    const keys = new Map(catalogue.suites.map((suite) => [suite.id, suite.key]));
    return shapeOf(tests, catalogue.edges, keys);
  }, [catalogue, tests]);
  const layout = useMemo(() => layoutOf(shape, frameNow()), [shape]);
  const nodes = useMemo(
    () => shape.nodes.map((node) => asNode(node, layout, catalogue, stateOf, results)),
    [shape, layout, catalogue, stateOf, results],
  );
  const edges = useMemo(() => {
    const labels = new Map(shape.nodes.map((node) => [node.id, node.label]));
    return shape.arrows.map((arrow) => asEdge(arrow, labels, stateOf, shape.isGrouped));
  }, [shape, stateOf]);
  const members = useMemo(() => new Map(shape.nodes.map((node) => [node.id, node.tests])), [shape]);
  return (
    <section
      className={`card ${styles["frame"]}`}
      style={{ height }}
      aria-label="Graph of the tests"
      // The library tells clicks on nodes, but not the key that stands for them.
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).dataset["id"];
        if (event.key === "Enter" && id !== undefined) onOpen(members.get(id) ?? []);
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={scheme}
        minZoom={0.08}
        maxZoom={1.6}
        fitView
        fitViewOptions={FIT}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        onlyRenderVisibleElements={nodes.length > 120}
        onNodeClick={(_, node) => onOpen(members.get(node.id) ?? [])}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={22} />
        <Controls showInteractive={false} />
        <FitOnce key={shape.nodes.length} />
      </ReactFlow>
    </section>
  );
}

/** How large the drawing will be, about. */
function frameNow() {
  return { width: Math.min(window.innerWidth - 40, 1200), height: 0.64 * window.innerHeight };
}

const FIT = { padding: 0.06, maxZoom: 1, minZoom: 0.35 };

/** Shows all of it again when the graph became another one. */
function FitOnce() {
  const isReady = useNodesInitialized();
  const { fitView } = useReactFlow();
  useEffect(() => {
    if (isReady) void fitView(FIT);
  }, [isReady, fitView]);
  return null;
}

function asNode(
  node: ShapeNode,
  { places, direction }: Layout,
  catalogue: Catalogue,
  stateOf: TestGraphProps["stateOf"],
  results: TestGraphProps["results"],
): Node {
  const common = {
    id: node.id,
    position: places.get(node.id) ?? { x: 0, y: 0 },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    focusable: true,
  };
  const [testId = ""] = node.tests;
  if (node.id !== testId) {
    const counts: Partial<Record<TestState, number>> = {};
    for (const id of node.tests) {
      const state = stateOf?.(id) ?? "pending";
      counts[state] = (counts[state] ?? 0) + 1;
    }
    const data = { label: node.label, counts, size: node.tests.length, direction };
    return { ...common, type: "group-of-tests", ariaLabel: node.label, data };
  }
  const state = stateOf?.(testId) ?? null;
  const result = results?.get(testId);
  const cause = result?.blockedBy ? catalogue.byId.get(result.blockedBy)?.fullName : undefined;
  return {
    ...common,
    type: "test",
    ariaLabel: `${node.label}${state === null ? "" : `, ${state}`}`,
    data: {
      label: node.label,
      state,
      totalMs: result?.totalMs ?? null,
      cause: cause === undefined ? null : shortName(cause),
      isDim: state === "skipped",
      direction,
    },
  };
}

function asEdge(
  arrow: ReturnType<typeof shapeOf>["arrows"][number],
  labels: ReadonlyMap<string, string>,
  stateOf: TestGraphProps["stateOf"],
  isGrouped: boolean,
): TestFlowEdge {
  const sentence = `${labels.get(arrow.to)} waits for ${labels.get(arrow.from)}`;
  const isBlocked = !isGrouped && stateOf?.(arrow.to) === "blocked";
  const color = isBlocked ? "var(--blocked)" : "var(--arrow)";
  return {
    id: arrow.id,
    type: "reasoned",
    ariaLabel: sentence,
    data: { title: arrow.label === "" ? sentence : `${sentence}:\n${arrow.label}` },
    source: arrow.from,
    target: arrow.to,
    animated: !isGrouped && stateOf?.(arrow.to) === "running",
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color },
    style: {
      stroke: color,
      ...(arrow.kind === "order" && { strokeDasharray: "5 4" }),
    },
  };
}
