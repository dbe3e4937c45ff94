import { Button } from "@mantine/core";
import { IconPlayerStop, IconReload } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Guarded } from "../../components/Guarded";
import { Problem } from "../../components/Loaded";
import { StartRun } from "../../components/StartRun";
import { useMay } from "../../data/organizations";
import { type Run, useCancelRun, useRetryRun } from "../../data/runs";
import { isOver, type RunStatus } from "../../data/words";
import { useIsHere } from "../../lib/here";
import { selectionOf } from "../../lib/startRun";
import type { Counters } from "../../live/progress";

interface RunActionsProps {
  readonly run: Run;
  readonly status: RunStatus;
  readonly counters: Counters;
}

/** What can be done with a run: stop it; or take up again what did not pass. */
export function RunActions({ run, status, counters }: RunActionsProps) {
  const over = isOver(status) || isOver(run.status);
  if (!over) return <Cancel run={run} />;
  const bad = counters.failed + counters.broken + counters.blocked;
  return (
    <>
      {(bad > 0 || status === "cancelled") && <RerunFailed run={run} />}
      <StartRun
        projectId={run.project_id}
        {...selectionOf(run)}
        environment={run.environments?.name}
        label="Run again"
        variant="default"
      />
    </>
  );
}

function Cancel({ run }: { run: Run }) {
  const may = useMay(run.project_id, "editor");
  const cancel = useCancelRun(run.id);
  const isAsked = run.cancel_requested_at !== null || cancel.isSuccess;
  return (
    <>
      {cancel.error && <Problem error={cancel.error} />}
      <Guarded may={may} needed="editor">
        <Button
          variant="default"
          {...(may && !isAsked && { c: "var(--failed)" })}
          leftSection={<IconPlayerStop size={16} />}
          disabled={!may || isAsked}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {isAsked ? "Stopping …" : "Cancel"}
        </Button>
      </Guarded>
    </>
  );
}

function RerunFailed({ run }: { run: Run }) {
  const may = useMay(run.project_id, "editor");
  const navigate = useNavigate();
  const isHere = useIsHere();
  const retry = useRetryRun(run.id);
  const [key] = useState(() => crypto.randomUUID());
  const start = async () => {
    const id = await retry.mutateAsync(key);
    if (isHere()) await navigate(`/runs/${id}`);
  };
  return (
    <>
      {retry.error && <Problem error={retry.error} />}
      <Guarded may={may} needed="editor">
        <Button
          leftSection={<IconReload size={16} />}
          disabled={!may}
          loading={retry.isPending}
          onClick={() => void start().catch(() => undefined)}
        >
          Rerun failed
        </Button>
      </Guarded>
    </>
  );
}
