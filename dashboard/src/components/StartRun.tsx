import { Select, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useEnvironments } from "../data/environments";
import { useMay } from "../data/organizations";
import { useLatestRun, useRequestRun } from "../data/runs";
import type { Priority } from "../data/words";
import { firstChoice, type Selection } from "../lib/startRun";
import { FormDialogue } from "./forms/FormDialogue";
import { SavingForm } from "./forms/SavingForm";
import { Problem } from "./Loaded";
import { PriorityField } from "./PriorityField";
import { SuitesAndTests } from "./SuitesAndTests";

interface StartRunProps {
  readonly projectId: string;
  /** What is chosen when the dialogue opens. */
  readonly suites?: readonly string[];
  readonly only?: readonly string[];
  readonly tags?: readonly string[];
  readonly environment?: string | undefined;
  /** Whether the suites of the latest run are chosen instead. */
  readonly isAsLast?: boolean;
  readonly label?: string;
  readonly variant?: "filled" | "default";
  readonly isSmall?: boolean;
}

/** A button, and the dialogue behind it in which a run is put together. */
export function StartRun({
  projectId,
  suites = [],
  only = [],
  tags = [],
  environment,
  isAsLast = false,
  label = "Start a run",
  variant = "filled",
  isSmall = false,
}: StartRunProps) {
  return (
    <FormDialogue
      label={label}
      title="Start a run"
      may={useMay(projectId, "editor")}
      needed="editor"
      variant={variant}
      icon={<IconPlayerPlay size={isSmall ? 14 : 16} />}
      size="lg"
      isSmall={isSmall}
    >
      {() => (
        <RunForm
          projectId={projectId}
          given={isAsLast ? null : { suites: [...suites], only: [...only], tags: [...tags] }}
          givenEnvironment={environment ?? null}
        />
      )}
    </FormDialogue>
  );
}

const EVERYTHING: Selection = { suites: [], only: [], tags: [] };

interface RunFormProps {
  readonly projectId: string;
  /** Null: the suites of the latest run. */
  readonly given: Selection | null;
  readonly givenEnvironment: string | null;
}

function RunForm({ projectId, given, givenEnvironment }: RunFormProps) {
  // Whoever clicks twice starts one run.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const navigate = useNavigate();
  const environments = useEnvironments(projectId);
  const request = useRequestRun(projectId);
  const [environment, setEnvironment] = useState(givenEnvironment);
  const latest = useLatestRun(projectId, given?.suites[0] ?? null, environment === null);
  const [chosen, setChosen] = useState(given);
  const [priority, setPriority] = useState<Priority>("medium");
  const names = environments.data?.map(({ name }) => name) ?? [];
  const where = environment ?? firstChoice(names, latest.data ?? null);
  const selection = chosen ?? { ...EVERYTHING, suites: latest.data?.suites ?? [] };
  if (environments.data === undefined && environments.error) {
    return <Problem error={environments.error} retry={() => void environments.refetch()} />;
  }
  if (environments.data?.length === 0) return <NowhereToRun projectId={projectId} />;
  return (
    <SavingForm
      change={request}
      submit={() =>
        request.mutateAsync({ ...selection, environment: where ?? "", priority, idempotencyKey })
      }
      done={(runId) => navigate(`/runs/${runId}`)}
      button="Start"
      icon={<IconPlayerPlay size={16} />}
      disabled={where === null || latest.isLoading}
    >
      <Select
        label="Environment"
        data={names}
        value={where}
        onChange={setEnvironment}
        allowDeselect={false}
        required
      />
      <SuitesAndTests projectId={projectId} value={selection} change={setChosen} />
      <PriorityField value={priority} change={setPriority} />
    </SavingForm>
  );
}

/** Instead of a form that could not be sent. */
export function NowhereToRun({ projectId }: { projectId: string }) {
  return (
    <Text>
      This project has no environment yet, so there is nowhere to run. An admin makes one under{" "}
      <Link to={`/projects/${projectId}/environments`}>Environments</Link>.
    </Text>
  );
}
