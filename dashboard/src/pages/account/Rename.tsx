import { TextInput } from "@mantine/core";
import { useState } from "react";
import { SavingForm } from "../../components/forms/SavingForm";
import { Loaded } from "../../components/Loaded";
import { useProfile, useRename } from "../../data/account";
import { Saved } from "./Saved";
import { Section } from "./Section";

/** The name that colleagues see. */
export function Rename() {
  const profile = useProfile();
  return (
    <Section title="Name">
      <Loaded query={profile} lines={2}>
        {({ name }) => <NameForm before={name} />}
      </Loaded>
    </Section>
  );
}

function NameForm({ before }: { before: string }) {
  const rename = useRename();
  const [name, setName] = useState(before);
  return (
    <SavingForm
      change={rename}
      submit={() => rename.mutateAsync(name.trim())}
      done={() => undefined}
      button="Save"
      disabled={name.trim() === before}
    >
      <TextInput
        label="Name"
        description="What your colleagues see, in every organization."
        autoComplete="name"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Saved when={rename.isSuccess}>Saved.</Saved>
    </SavingForm>
  );
}
