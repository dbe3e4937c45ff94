import { Text } from "@mantine/core";
import { Link } from "react-router";
import type { Run } from "../data/runs";
import { isOver } from "../data/words";
import { duration } from "../lib/format";
import { titleOf } from "../lib/runs";
import { sourceOf } from "../lib/source";
import { Ago } from "./Ago";
import { CountersBar, CountersLine } from "./CountersBar";
import styles from "./RunRow.module.css";
import { StatusBadge } from "./Verdict";

/** A run in a list. */
export function RunRow({ run }: { run: Run }) {
  return (
    <Link to={`/runs/${run.id}`} className={styles["row"] ?? ""}>
      <span className={styles["status"]}>
        <StatusBadge status={run.status} />
      </span>
      <span className={styles["what"]}>
        <span className={styles["title"]}>{titleOf(run)}</span>
        <Text size="xs" c="dimmed" truncate>
          {facts(run)}
        </Text>
      </span>
      <span className={styles["counters"]}>
        <CountersLine counters={run} />
        <CountersBar counters={run} />
      </span>
      <span className={`${styles["when"]} numbers`}>
        <span>
          <Ago time={run.created_at} />
        </span>
        <span className={styles["took"]}>
          {isOver(run.status) ? duration(run.duration_ms) : ""}
        </span>
      </span>
    </Link>
  );
}

function facts(run: Run): string {
  const commit = run.git_commit?.slice(0, 8);
  const git = [run.git_branch, commit].filter(Boolean).join(" @ ");
  const { token, schedule } = sourceOf(run.source);
  const who = token || schedule || run.users?.name;
  return [run.environments?.name, run.trigger, who, git].filter(Boolean).join(" · ");
}
