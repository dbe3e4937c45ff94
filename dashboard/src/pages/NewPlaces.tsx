import { TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialogue } from "../components/forms/FormDialogue";
import { type Change, SavingForm } from "../components/forms/SavingForm";
import { type Organization, useCreateOrganization, useCreateProject } from "../data/organizations";
import { reaches } from "../data/words";
import { slugOf } from "../lib/slug";

export function NewOrganization() {
  const create = useCreateOrganization();
  return (
    <FormDialogue label="New organization" variant="default">
      {(close) => (
        <NameForm
          word="Slug"
          change={create}
          save={(name, slug) => create.mutateAsync({ name, slug })}
          done={close}
        />
      )}
    </FormDialogue>
  );
}

export function NewProject({ organization }: { organization: Organization }) {
  const create = useCreateProject();
  const may = reaches(organization.role, "admin");
  return (
    <FormDialogue label="New project" variant="default" may={may}>
      {(close) => (
        <NameForm
          word="Key"
          change={create}
          save={(name, key) => create.mutateAsync({ organization_id: organization.id, name, key })}
          done={close}
        />
      )}
    </FormDialogue>
  );
}

interface NameFormProps {
  /** What the short name is called. */
  readonly word: string;
  readonly change: Change;
  save(name: string, short: string): Promise<unknown>;
  done(): void;
}

function NameForm({ word, change, save, done }: NameFormProps) {
  const [name, setName] = useState("");
  const [short, setShort] = useState<string | null>(null);
  const shortName = short ?? slugOf(name);
  return (
    <SavingForm change={change} submit={() => save(name, shortName)} done={done} button="Create">
      <TextInput
        label="Name"
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={word}
        description="Lower-case letters, digits and hyphens; commands use it."
        required
        pattern="[a-z0-9][a-z0-9\-]{0,62}"
        value={shortName}
        onChange={(event) => setShort(event.currentTarget.value)}
      />
    </SavingForm>
  );
}
