import { Badge } from "@mantine/core";
import {
  type Icon,
  IconAlertTriangleFilled,
  IconBan,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconClock,
  IconLoader2,
} from "@tabler/icons-react";
import type { RunStatus, TestState } from "../data/words";
import styles from "./Verdict.module.css";

const ICONS: Record<TestState, Icon> = {
  passed: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  broken: IconAlertTriangleFilled,
  blocked: IconBan,
  skipped: IconCircleMinus,
  running: IconLoader2,
  pending: IconCircleDashed,
};

/** The state of a test as a picture, with its word for those who cannot see it. */
export function StateIcon({ state, size = 18 }: { state: TestState; size?: number }) {
  const Picture = ICONS[state];
  return (
    <Picture
      size={size}
      role="img"
      aria-label={state}
      className={state === "running" ? styles["turning"] : undefined}
      style={{ color: `var(--${state})`, flexShrink: 0 }}
    />
  );
}

export function StateLabel({ state }: { state: TestState }) {
  return (
    <span className={styles["label"]} style={{ color: `var(--${state})` }}>
      <StateIcon state={state} size={16} />
      <span aria-hidden="true">{state}</span>
    </span>
  );
}

const STATUS_COLORS: Record<RunStatus, string> = {
  queued: "pending",
  preparing: "running",
  running: "running",
  completed: "passed",
  failed: "failed",
  cancelled: "skipped",
};

const STATUS_ICONS: Record<RunStatus, Icon> = {
  queued: IconClock,
  preparing: IconLoader2,
  running: IconLoader2,
  completed: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  cancelled: IconCircleMinus,
};

export function StatusBadge({ status, size = "md" }: { status: RunStatus; size?: "md" | "lg" }) {
  const Picture = STATUS_ICONS[status];
  const color = `var(--${STATUS_COLORS[status]})`;
  const turns = status === "running" || status === "preparing";
  return (
    <Badge
      size={size}
      radius="sm"
      className={styles["badge"] ?? ""}
      style={{ color, background: `color-mix(in srgb, ${color} 7%, var(--surface))` }}
      leftSection={
        <Picture size={14} className={turns ? styles["turning"] : undefined} aria-hidden />
      }
    >
      {status === "completed" ? "passed" : status}
    </Badge>
  );
}
