import {
  Button,
  Group,
  Modal,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
} from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useEnvironments } from "../data/environments";
import { useMay } from "../data/organizations";
import { useRequestRun } from "../data/runs";
import { useCatalogue } from "../data/tests";
import type { Priority } from "../data/words";
import { Guarded } from "./Guarded";
import { Problem } from "./Loaded";

interface StartRunProps {
  readonly projectId: string;
  /** What is chosen when the dialogue opens. */
  readonly suites?: readonly string[];
  readonly only?: readonly string[];
  readonly label?: string;
  readonly variant?: "filled" | "default";
}

/** A button, and the dialogue behind it in which a run is put together. */
export function StartRun({ projectId, suites, only, label, variant = "filled" }: StartRunProps) {
  const may = useMay(projectId, "editor");
  const [key, setKey] = useState<string | null>(null);
  return (
    <>
      <Guarded may={may} needed="editor">
        <Button
          variant={variant}
          leftSection={<IconPlayerPlay size={16} />}
          onClick={() => setKey(crypto.randomUUID())}
          disabled={!may}
        >
          {label ?? "Start a run"}
        </Button>
      </Guarded>
      <Modal opened={key !== null} onClose={() => setKey(null)} title="Start a run" size="lg">
        {key !== null && (
          <Form projectId={projectId} idempotencyKey={key} suites={suites} only={only} />
        )}
      </Modal>
    </>
  );
}

interface FormProps {
  readonly projectId: string;
  readonly idempotencyKey: string;
  readonly suites: readonly string[] | undefined;
  readonly only: readonly string[] | undefined;
}

const PRIORITIES: Priority[] = ["low", "medium", "high", "critical"];

function Form({ projectId, idempotencyKey, suites: given = [], only: chosen = [] }: FormProps) {
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
  const start = async () => {
    if (where === null) return;
    const runId = await request.mutateAsync({
      suites,
      only,
      tags,
      environment: where,
      priority,
      idempotencyKey,
    });
    await navigate(`/runs/${runId}`);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void start().catch(() => undefined);
      }}
    >
      <Stack>
        {request.error && <Problem error={request.error} />}
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
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={request.isPending}
            disabled={where === null}
            leftSection={<IconPlayerPlay size={16} />}
          >
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
