import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import type { TestState } from "../../data/words";
import { VERDICTS } from "../../data/words";
import { duration } from "../../lib/format";
import { StateIcon } from "../Verdict";
import type { Direction } from "./layout";
import styles from "./TestNode.module.css";

/** Where arrows come in, and where they leave. */
const ENDS = {
  right: { target: Position.Left, source: Position.Right },
  down: { target: Position.Top, source: Position.Bottom },
} as const;

export interface TestNodeData extends Record<string, unknown> {
  readonly label: string;
  readonly state: TestState | null;
  readonly totalMs: number | null;
  /** For blocked tests: whose fault it is. */
  readonly cause: string | null;
  readonly isDim: boolean;
  readonly direction: Direction;
}

export type TestFlowNode = Node<TestNodeData, "test">;

export const TestNode = memo(function TestNode({ data, selected }: NodeProps<TestFlowNode>) {
  const { label, state, totalMs, cause, isDim } = data;
  const ends = ENDS[data.direction];
  const color = state === null ? "var(--line)" : `var(--${state})`;
  return (
    <div
      className={styles["node"]}
      data-selected={selected}
      data-blocked={state === "blocked"}
      data-dim={isDim}
      style={{ borderLeftColor: color }}
      title={cause === null ? label : `${label}: blocked by ${cause}`}
    >
      <Handle type="target" position={ends.target} isConnectable={false} />
      {state !== null && <StateIcon state={state} />}
      <span className={styles["words"]}>
        <span className={styles["label"]}>{label}</span>
        <span className={styles["more"]}>{below(state, totalMs, cause)}</span>
      </span>
      <Handle type="source" position={ends.source} isConnectable={false} />
    </div>
  );
});

function below(state: TestState | null, totalMs: number | null, cause: string | null): string {
  if (cause !== null) return `by ${cause}`;
  if (state === null || state === "pending") return "";
  return totalMs === null ? state : duration(totalMs);
}

export interface GroupNodeData extends Record<string, unknown> {
  readonly label: string;
  readonly counts: Readonly<Partial<Record<TestState, number>>>;
  readonly size: number;
  readonly direction: Direction;
}

export type GroupFlowNode = Node<GroupNodeData, "group-of-tests">;

export const GroupNode = memo(function GroupNode({ data, selected }: NodeProps<GroupFlowNode>) {
  const { label, counts, size } = data;
  const ends = ENDS[data.direction];
  return (
    <div className={styles["node"]} data-selected={selected} data-group>
      <Handle type="target" position={ends.target} isConnectable={false} />
      <span className={styles["words"]}>
        <span className={styles["label"]}>{label}</span>
        <span className={styles["bar"]}>
          {[...VERDICTS].reverse().map((verdict) => (
            <span
              key={verdict}
              style={{
                width: `${(100 * (counts[verdict] ?? 0)) / size}%`,
                background: `var(--${verdict})`,
              }}
            />
          ))}
        </span>
        <span className={styles["more"]}>{inWords(counts, size)}</span>
      </span>
      <Handle type="source" position={ends.source} isConnectable={false} />
    </div>
  );
});

/** Of a node in the small picture of the whole: that of its worst verdict. */
export function colorOf({ data }: Node): string {
  const { state, counts = {} } = data as Partial<TestNodeData & GroupNodeData>;
  const worst = state ?? VERDICTS.find((verdict) => counts[verdict]);
  return `var(--${worst ?? "pending"})`;
}

function inWords(counts: GroupNodeData["counts"], size: number): string {
  const bad = (["failed", "broken", "blocked"] as const).filter((state) => counts[state]);
  const words = bad.map((state) => `${counts[state]} ${state}`);
  return [`${size} tests`, ...words].join(" · ");
}
