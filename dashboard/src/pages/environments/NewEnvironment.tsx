import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Enums } from "../../../types/database";
import { FormDialogue } from "../../components/forms/FormDialogue";
import { SavingForm } from "../../components/forms/SavingForm";
import { useCreateEnvironment } from "../../data/environments";
import { useProject } from "../useProject";

const KINDS: Enums<"environment_kind">[] = ["local", "ci", "staging", "production"];

/** A button, and the dialogue in which an environment is made. */
export function NewEnvironment({ may }: { may: boolean }) {
  return (
    <FormDialogue label="New environment" may={may}>
      {(close) => <EnvironmentForm done={close} />}
    </FormDialogue>
  );
}

function EnvironmentForm({ done }: { done: () => void }) {
  const { id: project_id, organization_id } = useProject().project;
  const create = useCreateEnvironment();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Enums<"environment_kind">>("staging");
  const [base_url, setBaseUrl] = useState("");
  return (
    <SavingForm
      change={create}
      submit={() => create.mutateAsync({ organization_id, project_id, name, kind, base_url })}
      done={done}
      button="Create"
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Kind"
        data={KINDS}
        value={kind}
        allowDeselect={false}
        onChange={(next) => next && setKind(next as Enums<"environment_kind">)}
      />
      <TextInput
        label="Base URL"
        type="url"
        placeholder="https://api.example.com"
        required
        value={base_url}
        onChange={(event) => setBaseUrl(event.currentTarget.value)}
      />
    </SavingForm>
  );
}
