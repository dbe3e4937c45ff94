import { BaseEdge, type Edge, type EdgeProps, getBezierPath } from "@xyflow/react";

/** An arrow that says, where one points at it, who waits for whom and why. */
export type TestFlowEdge = Edge<{ readonly title: string }, "reasoned">;

export function TestEdge({ data, ...place }: EdgeProps<TestFlowEdge>) {
  const [path] = getBezierPath(place);
  return (
    <g>
      <title>{data?.title}</title>
      <BaseEdge
        path={path}
        markerEnd={place.markerEnd ?? ""}
        style={place.style ?? {}}
        interactionWidth={16}
      />
    </g>
  );
}
