import { MultiSelect, SegmentedControl, Select, Stack, TagsInput, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useEnvironments } from "../data/environments";
import { useMay } from "../data/organizations";
import { useRequestRun } from "../data/runs";
import { useCatalogue } from "../data/tests";
import type { Priority } from "../data/words";
import { FormDialogue } from "./forms/FormDialogue";
import { SavingForm } from "./forms/SavingForm";

interface StartRunProps {
  readonly projectId: string;
  /** What is chosen when the dialogue opens. */
  readonly suites?: readonly string[];
  readonly only?: readonly string[];
  readonly label?: string;
  readonly variant?: "filled" | "default";
}

/** A button, and the dialogue behind it in which a run is put together. */
export function StartRun({
  projectId,
  suites = [],
  only = [],
  label = "Start a run",
  variant = "filled",
}: StartRunProps) {
  return (
    <FormDialogue
      label={label}
      title="Start a run"
      may={useMay(projectId, "editor")}
      needed="editor"
      variant={variant}
      icon={<IconPlayerPlay size={16} />}
      size="lg"
    >
      {() => <Form projectId={projectId} suites={suites} only={only} />}
    </FormDialogue>
  );
}

interface FormProps {
  readonly projectId: string;
  readonly suites: readonly string[];
  readonly only: readonly string[];
}

const PRIORITIES: Priority[] = ["low", "medium", "high", "critical"];

function Form({ projectId, suites: given, only: chosen }: FormProps) {
  // Whoever clicks twice starts one run.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const navigate = useNavigate();
  const environments = useEnvironments(projectId);
  const catalogue = useCatalogue(projectId);
  const request = useRequestRun(projectId);
  const [environment, setEnvironment] = useState<string | null>(null);
  const [suites, setSuites] = useState([...given]);
  const [only, setOnly] = useState([...chosen]);
  const [tags, setTags] = useState<string[]>([]);
  const [priority, setPriority] = useState<Priority>("medium");
  const names = environments.data?.map(({ name }) => name) ?? [];
  const where = environment ?? names[0] ?? null;
  const tests = useMemo(
    () => catalogue.data?.testsOf(suites).map((test) => test.fullName) ?? [],
    [catalogue.data, suites],
  );

  if (environments.data?.length === 0) {
    return (
      <Text>
        This project has no environment yet, so there is nowhere to run. An admin makes one under{" "}
        <Link to={`/projects/${projectId}/environments`}>Environments</Link>.
      </Text>
    );
  }
  const start = () =>
    request.mutateAsync({ suites, only, tags, environment: where ?? "", priority, idempotencyKey });
  return (
    <SavingForm
      change={request}
      submit={start}
      done={(runId) => navigate(`/runs/${runId}`)}
      button="Start"
      icon={<IconPlayerPlay size={16} />}
      disabled={where === null}
    >
      <Select
        label="Environment"
        data={names}
        value={where}
        onChange={setEnvironment}
        allowDeselect={false}
        required
      />
      <MultiSelect
        label="Suites"
        description="None means all suites of the project."
        data={catalogue.data?.suites.map((suite) => suite.key) ?? []}
        value={suites}
        onChange={(next) => {
          setSuites(next);
          setOnly([]);
        }}
        searchable
        clearable
      />
      <MultiSelect
        label="Only these tests"
        description="None means all tests of the suites. What they need runs with them."
        data={tests}
        value={only}
        onChange={setOnly}
        searchable
        clearable
        limit={80}
      />
      <TagsInput
        label="Only with one of these tags"
        data={[...new Set(catalogue.data?.tests.flatMap((test) => test.tags))].sort()}
        value={tags}
        onChange={setTags}
        clearable
      />
      <Stack gap={4}>
        <Text size="sm" fw={500} id="priority">
          Priority
        </Text>
        <SegmentedControl
          aria-labelledby="priority"
          data={PRIORITIES}
          value={priority}
          onChange={(value) => setPriority(value as Priority)}
        />
      </Stack>
    </SavingForm>
  );
}
