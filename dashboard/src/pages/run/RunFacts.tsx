import { Anchor, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { Ago } from "../../components/Ago";
import type { Run } from "../../data/runs";
import { duration } from "../../lib/format";

/** Where, by whom, when, and for how long. */
export function RunFacts({ run, isOver }: { run: Run; isOver: boolean }) {
  const retryOf = (run.source as { retry_of?: string }).retry_of;
  return (
    <Text size="sm" c="dimmed" className="numbers">
      {run.environments?.name} · {run.trigger}
      {run.users?.name && ` by ${run.users.name}`}
      {run.git_branch && ` · ${run.git_branch}`}
      {run.git_commit && ` @ ${run.git_commit.slice(0, 8)}`} · <Ago time={run.created_at} /> ·{" "}
      {isOver ? duration(run.duration_ms) : <Running since={run.started_at} />}
      {retryOf && (
        <>
          {" · "}
          <Anchor component={Link} to={`/runs/${retryOf}`} size="sm" underline="always">
            what it takes up again
          </Anchor>
        </>
      )}
    </Text>
  );
}

function Running({ since }: { since: string | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (since === null) return <>waits for a worker</>;
  return <>{duration(Math.max(0, now - Date.parse(since)))}</>;
}
