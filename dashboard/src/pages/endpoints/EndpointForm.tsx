import { Group, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { DescriptionField } from "../../components/forms/DescriptionField";
import { SavingForm } from "../../components/forms/SavingForm";
import {
  type Endpoint,
  type EndpointFields,
  useCreateEndpoint,
  useUpdateEndpoint,
} from "../../data/endpoints";
import { useProject } from "../useProject";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** As the database has it for whoever says nothing. */
const NOTHING: EndpointFields = {
  method: "GET",
  path: "/",
  name: "",
  description: "",
  timeout_seconds: 30,
  retries: 3,
  retry_delay_seconds: 1,
  tags: [],
};

export function NewEndpoint({ done }: { done: () => void }) {
  const { project } = useProject();
  const create = useCreateEndpoint(project);
  return <EndpointForm given={NOTHING} change={create} done={done} button="Create" />;
}

export function ChangedEndpoint({ endpoint, done }: { endpoint: Endpoint; done: () => void }) {
  const update = useUpdateEndpoint(endpoint.id);
  return <EndpointForm given={endpoint} change={update} done={done} button="Save" />;
}

interface EndpointFormProps {
  readonly given: EndpointFields;
  readonly change: ReturnType<typeof useCreateEndpoint>;
  readonly button: string;
  done(): void;
}

function EndpointForm({ given, change, button, done }: EndpointFormProps) {
  const [fields, setFields] = useState(given);
  const fill = (some: Partial<EndpointFields>) => setFields((before) => ({ ...before, ...some }));
  const methods = METHODS.includes(given.method) ? METHODS : [given.method, ...METHODS];
  return (
    <SavingForm
      change={change}
      submit={() => change.mutateAsync(only(fields))}
      done={done}
      button={button}
    >
      <Group grow align="start" preventGrowOverflow={false} wrap="nowrap">
        <Select
          label="Method"
          data={methods}
          value={fields.method}
          onChange={(method) => method && fill({ method })}
          allowDeselect={false}
          maw={120}
        />
        <TextInput
          label="Path"
          description="{id} is any one part."
          inputWrapperOrder={["label", "input", "description", "error"]}
          required
          data-autofocus
          pattern="/.*"
          maxLength={2000}
          value={fields.path}
          onChange={(event) => fill({ path: event.currentTarget.value })}
        />
      </Group>
      <TextInput
        label="Name"
        maxLength={300}
        value={fields.name}
        onChange={(event) => fill({ name: event.currentTarget.value })}
      />
      <Group grow align="start">
        <Seconds
          label="Time-out"
          value={fields.timeout_seconds}
          change={(timeout_seconds) => fill({ timeout_seconds })}
        />
        <NumberInput
          label="Retries"
          min={0}
          max={100}
          allowDecimal={false}
          value={fields.retries}
          onChange={(next) => fill({ retries: Number(next) })}
        />
        <Seconds
          label="Delay"
          value={fields.retry_delay_seconds}
          change={(retry_delay_seconds) => fill({ retry_delay_seconds })}
        />
      </Group>
      <TagsInput label="Tags" value={fields.tags} onChange={(tags) => fill({ tags })} />
      <DescriptionField value={fields.description} set={(description) => fill({ description })} />
    </SavingForm>
  );
}

interface SecondsProps {
  readonly label: string;
  readonly value: number;
  change(next: number): void;
}

function Seconds({ label, value, change }: SecondsProps) {
  return (
    <NumberInput
      label={label}
      suffix=" s"
      min={0}
      max={86_400}
      value={value}
      onChange={(next) => change(Number(next))}
    />
  );
}

/** Of an endpoint that is changed, what the form is about. */
function only(fields: EndpointFields): EndpointFields {
  const { method, path, name, description, timeout_seconds, retries, retry_delay_seconds, tags } =
    fields;
  return { method, path, name, description, timeout_seconds, retries, retry_delay_seconds, tags };
}
