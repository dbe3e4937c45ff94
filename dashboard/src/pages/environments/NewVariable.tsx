import { PasswordInput, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialogue } from "../../components/forms/FormDialogue";
import { SavingForm } from "../../components/forms/SavingForm";
import { type Environment, useSetVariable } from "../../data/environments";

/** A button, and the dialogue in which a variable or a secret is set. */
export function NewVariable({ environment, may }: { environment: Environment; may: boolean }) {
  return (
    <FormDialogue
      label="Set a variable"
      title={`Set a variable of ${environment.name}`}
      variant="default"
      may={may}
    >
      {(close) => <VariableForm environmentId={environment.id} done={close} />}
    </FormDialogue>
  );
}

function VariableForm({ environmentId, done }: { environmentId: string; done: () => void }) {
  const save = useSetVariable();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [isSecret, setIsSecret] = useState(false);
  const Field = isSecret ? PasswordInput : TextInput;
  return (
    <SavingForm
      change={save}
      submit={() => save.mutateAsync({ environmentId, name, value, isSecret })}
      done={done}
      button="Save"
    >
      <TextInput
        label="Name"
        description="One that exists is replaced."
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Switch
        label="Secret: nobody reads it here again, only workers do"
        checked={isSecret}
        onChange={(event) => setIsSecret(event.currentTarget.checked)}
      />
      <Field
        label="Value"
        autoComplete="off"
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </SavingForm>
  );
}
