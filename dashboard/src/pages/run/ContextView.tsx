import { Alert, Anchor, Text } from "@mantine/core";
import { IconBox, IconLock } from "@tabler/icons-react";
import { Link } from "react-router";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { type Column, Rows } from "../../components/Rows";
import { type Origin, type RunContext, useRunContext } from "../../data/context";
import type { Run } from "../../data/runs";
import type { Catalogue } from "../../data/tests";
import { moment } from "../../lib/format";
import { asLine } from "../../lib/json";
import { type ContextValue, valuesOf } from "../../lib/values";

interface ContextViewProps {
  readonly run: Run;
  readonly version: number;
  readonly catalogue: Catalogue;
}

/** What the run knows, and where each value came from. */
export function ContextView({ run, version, catalogue }: ContextViewProps) {
  const context = useRunContext(run.id, version);
  return (
    <Loaded query={context}>
      {(known) => {
        if (known === null) return <Forgotten />;
        const values = valuesOf(known, catalogue);
        if (values.length === 0) return <NothingCaptured />;
        return <Values run={run} values={values} context={known} />;
      }}
    </Loaded>
  );
}

function Values({
  run,
  values,
  context,
}: {
  run: Run;
  values: readonly ContextValue[];
  context: RunContext;
}) {
  return (
    <>
      {context.expiresAt && (
        <Text size="sm" c="dimmed">
          The context is kept until {moment(context.expiresAt)}.
        </Text>
      )}
      <Rows
        label="What the run knows"
        columns={columnsOf(run)}
        rows={values}
        keyOf={(value) => value.reference}
        isCard
      />
    </>
  );
}

function columnsOf(run: Run): readonly Column<ContextValue>[] {
  return [
    {
      title: "Name",
      cell: (value) => (
        <Text size="sm" ff="monospace">
          {value.reference}
        </Text>
      ),
    },
    { title: "Value", width: 280, cell: (value) => <Value value={value} /> },
    {
      title: "Captured by",
      cell: (value) => <TestLink run={run} name={value.origin?.test ?? null} id={value.testId} />,
    },
    { title: "From", cell: (value) => <Source origin={value.origin} /> },
    { title: "Used by", cell: (value) => <Users run={run} value={value} /> },
  ];
}

function Value({ value }: { value: ContextValue }) {
  if (value.isSecret) {
    return (
      <Text size="sm" c="dimmed" component="span" style={{ whiteSpace: "nowrap" }}>
        <IconLock size={14} aria-label="secret" style={{ verticalAlign: "-2px" }} /> ***
      </Text>
    );
  }
  const line = asLine(value.value);
  return (
    <Text size="sm" ff="monospace" lineClamp={2} title={line}>
      {line}
    </Text>
  );
}

function Source({ origin }: { origin: Origin | null }) {
  if (origin === null) return <>–</>;
  return (
    <Text size="sm" ff="monospace">
      {origin.capture ?? "–"}
      {origin.expires_at && (
        <Text size="xs" c="dimmed" ff="text">
          ends {moment(origin.expires_at)}
        </Text>
      )}
    </Text>
  );
}

function Users({ run, value }: { run: Run; value: ContextValue }) {
  if (value.users.length === 0) return <>–</>;
  return (
    <details>
      <summary style={{ whiteSpace: "nowrap" }}>
        <Text size="sm" component="span" style={{ whiteSpace: "nowrap" }}>
          {value.users.length === 1 ? "1 test" : `${value.users.length} tests`}
        </Text>
      </summary>
      {value.users.map((user) => (
        <div key={user.id}>
          <TestLink run={run} id={user.id} name={user.name} />
        </div>
      ))}
    </details>
  );
}

function TestLink({ run, id, name }: { run: Run; id: string | null; name: string | null }) {
  if (name === null) return <>–</>;
  if (id === null) return <Text size="sm">{name}</Text>;
  return (
    <Anchor component={Link} to={`/runs/${run.id}/tests/${id}`} size="sm" underline="always">
      {name}
    </Anchor>
  );
}

function Forgotten() {
  return (
    <Alert icon={<IconBox />} title="This run's context is gone" color="gray">
      What a run knows is kept for 24 hours after its end. What each test captured stays with its
      result.
    </Alert>
  );
}

function NothingCaptured() {
  return (
    <Empty icon={IconBox} title="Nothing was captured">
      Tests hand values on with <code>capture</code>: a token, a variable, or a value of their own.
    </Empty>
  );
}
