import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import { Background, MiniMap, type Node, ReactFlow, useReactFlow } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { Result } from "../../data/results";
import type { Catalogue, Test } from "../../data/tests";
import { asEdges, asNode, focusOf, type StateOf } from "./elements";
import { GraphControls, NAMES } from "./GraphControls";
import { type Layout, layoutOf } from "./layout";
import { type Shape, shapeOf } from "./shape";
import { TestEdge } from "./TestEdge";
import styles from "./TestGraph.module.css";
import { colorOf, GroupNode, TestNode } from "./TestNode";
import { type Room, useFrame } from "./useFrame";
import { fits, frameFor, mostHeight, type Size, type View, viewOf } from "./view";

const EDGE_TYPES = { reasoned: TestEdge };
const NODE_TYPES = { test: TestNode, "group-of-tests": GroupNode };

export interface TestGraphProps {
  readonly catalogue: Catalogue;
  readonly tests: readonly Test[];
  /** Null where no run is shown. */
  readonly stateOf: StateOf;
  readonly results?: ReadonlyMap<string, Result>;
  /** A test, or the tests of a group, was chosen. */
  onOpen(testIds: readonly string[]): void;
}

/** Who waits for whom; with verdicts where a run is shown. */
export function TestGraph(props: TestGraphProps) {
  const { catalogue, tests, onOpen } = props;
  const { ref, room, isWide, toggle } = useFrame();
  const shape = useMemo(() => {
    const keys = new Map(catalogue.suites.map((suite) => [suite.id, suite.key]));
    return shapeOf(tests, catalogue.edges, keys);
  }, [catalogue, tests]);
  const drawing = useMemo(
    () => (room ? drawnIn(shape, room, isWide) : null),
    [shape, room, isWide],
  );
  return (
    <section
      ref={ref}
      className={`card ${styles["frame"]}`}
      style={{ height: isWide ? "100%" : drawing?.frame.height }}
      aria-label="Graph of the tests"
      // The library tells clicks on nodes, but not the key that stands for them.
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).dataset["id"];
        if (event.key === "Enter" && id !== undefined) onOpen(testsAt(shape, id));
      }}
    >
      {drawing && <Drawing {...props} {...drawing} shape={shape} isWide={isWide} toggle={toggle} />}
    </section>
  );
}

function drawnIn(shape: Shape, { width, windowHeight }: Room, isWide: boolean) {
  const most = isWide ? windowHeight : mostHeight(width, windowHeight);
  const layout = layoutOf(shape, { width, height: most });
  return {
    layout,
    frame: isWide ? { width, height: most } : frameFor(layout, width, windowHeight),
  };
}

function testsAt(shape: Shape, id: string): readonly string[] {
  return shape.nodes.find((node) => node.id === id)?.tests ?? [];
}

interface DrawingProps extends TestGraphProps {
  readonly shape: Shape;
  readonly layout: Layout;
  readonly frame: Size;
  readonly isWide: boolean;
  toggle(): void;
}

function Drawing(props: DrawingProps) {
  const { catalogue, stateOf, results, onOpen, shape, layout, frame, isWide, toggle } = props;
  const view = useFirstView(shape, layout, frame, stateOf);
  const nodes = useMemo(() => {
    const verdicts = { catalogue, stateOf, results };
    return shape.nodes.map((node) => asNode(node, layout, verdicts));
  }, [shape, layout, catalogue, stateOf, results]);
  const edges = useMemo(() => asEdges(shape, stateOf), [shape, stateOf]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      colorMode={useComputedColorScheme("light")}
      ariaLabelConfig={NAMES}
      defaultViewport={view}
      minZoom={0.08}
      maxZoom={1.6}
      // On a page the wheel moves the page, as everywhere on it; with Ctrl, and by pinching, it zooms.
      zoomOnScroll={false}
      preventScrolling={isWide}
      panOnScroll={isWide}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      onlyRenderVisibleElements={nodes.length > 120}
      onNodeClick={(_, node) => onOpen(testsAt(shape, node.id))}
      proOptions={{ hideAttribution: true }}
    >
      <Background gap={22} />
      <GraphControls isWide={isWide} toggle={toggle} />
      {!fits(frame, layout) && <Overview nodes={nodes} />}
      <Shown view={view} />
    </ReactFlow>
  );
}

/** What is seen of a drawing until somebody moves it. Verdicts that come later do not move it. */
function useFirstView(shape: Shape, layout: Layout, frame: Size, stateOf: StateOf): View {
  const latest = useRef(stateOf);
  latest.current = stateOf;
  return useMemo(
    () => viewOf(layout, frame, focusOf(shape, layout, latest.current)),
    [shape, layout, frame],
  );
}

/** Moves to this view when it becomes another one: another graph, or another window. */
function Shown({ view }: { view: View }) {
  const { setViewport } = useReactFlow();
  useEffect(() => void setViewport(view), [view, setViewport]);
  return null;
}

/** Of a graph that is larger than its frame: all of it, and where one is. */
function Overview({ nodes }: { nodes: readonly Node[] }) {
  if (nodes.length < 2) return null;
  return (
    <MiniMap pannable nodeColor={colorOf} nodeStrokeWidth={0} className={styles["overview"]} />
  );
}
