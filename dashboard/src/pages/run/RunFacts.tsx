import { Anchor, Text } from "@mantine/core";
import { Fragment, type ReactNode, useEffect, useState } from "react";
import { Link } from "react-router";
import { Ago } from "../../components/Ago";
import type { Run } from "../../data/runs";
import { duration } from "../../lib/format";
import { type RunSource, sourceOf } from "../../lib/source";

/** Where, by whom, when, and for how long. */
export function RunFacts({ run, isOver }: { run: Run; isOver: boolean }) {
  const source = sourceOf(run.source);
  const facts: ReactNode[] = [
    run.environments?.name,
    `${run.trigger}${byWhom(run, source)}`,
    (source.job || source.url) && <Job source={source} />,
    [run.git_branch, run.git_commit?.slice(0, 8)].filter(Boolean).join(" @ "),
    <Ago key="when" time={run.created_at} />,
    isOver ? duration(run.duration_ms) : <Running key="running" since={run.started_at} />,
    source.retryOf !== null && <TakenUp runId={source.retryOf} />,
  ];
  return (
    <Text size="sm" c="dimmed" className="numbers">
      {facts.filter(Boolean).map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing but their place
        <Fragment key={index}>
          {index > 0 && " · "}
          {fact}
        </Fragment>
      ))}
    </Text>
  );
}

function byWhom(run: Run, { token, schedule }: RunSource): string {
  if (token !== "") return ` by the token ${token}`;
  if (schedule !== "") return ` by the schedule ${schedule}`;
  return run.users?.name ? ` by ${run.users.name}` : "";
}

function Job({ source: { job, url } }: { source: RunSource }) {
  if (url === "") return <>{job}</>;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="sm" underline="always">
      {job || "open in CI"}
    </Anchor>
  );
}

function TakenUp({ runId }: { runId: string }) {
  return (
    <Anchor component={Link} to={`/runs/${encodeURIComponent(runId)}`} size="sm" underline="always">
      what it takes up again
    </Anchor>
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
