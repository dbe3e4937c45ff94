import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialogue } from "../../components/forms/FormDialogue";
import { SavingForm } from "../../components/forms/SavingForm";
import type { Project } from "../../data/organizations";
import { useCreateToken } from "../../data/tokens";
import { dateIn } from "../../lib/times";
import { SCOPES, type Scope } from "../../lib/tokens";
import { ShownOnce } from "./ShownOnce";

/** Days; a quarter unless something else is said, so that forgotten ones end. */
const LIVES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
  { value: "date", label: "until a day" },
  { value: "never", label: "until it is revoked" },
];

/** A button, the dialogue in which a token is made, and in it the token: this once. */
export function NewToken({ project, may }: { project: Project; may: boolean }) {
  return (
    <FormDialogue label="New token" may={may} size="lg">
      {(close) => <TokenForm projectId={project.id} close={close} />}
    </FormDialogue>
  );
}

function TokenForm({ projectId, close }: { projectId: string; close: () => void }) {
  const create = useCreateToken(projectId);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["runs:request"]);
  const [life, setLife] = useState("90");
  const [date, setDate] = useState(dateIn(90));
  if (create.data !== undefined) {
    return <ShownOnce token={create.data} mayPush={scopes.includes("suites:push")} close={close} />;
  }
  return (
    <SavingForm
      change={create}
      submit={() => create.mutateAsync({ name: name.trim(), scopes, expiresAt: endOf(life, date) })}
      done={() => undefined}
      button="Create"
      disabled={scopes.length === 0}
    >
      <TextInput
        label="Name"
        description="Who uses it, such as a pipeline's name."
        required
        data-autofocus
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox.Group
        label="What it may do"
        value={scopes}
        onChange={(next) => setScopes(next as Scope[])}
      >
        <Stack gap={6} mt={6}>
          {SCOPES.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={value} description={label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Select
        label="How long it works"
        data={LIVES}
        value={life}
        onChange={(next) => next && setLife(next)}
        allowDeselect={false}
      />
      {life === "date" && (
        <TextInput
          label="Last day"
          type="date"
          required
          min={dateIn(0)}
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
      )}
    </SavingForm>
  );
}

/** The moment after which it does not work any more; of a day, its end where the reader is. */
function endOf(life: string, date: string): string | null {
  if (life === "never") return null;
  if (life === "date") return new Date(`${date}T23:59:59`).toISOString();
  return new Date(Date.now() + Number(life) * 86_400_000).toISOString();
}
