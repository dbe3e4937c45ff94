import { TextInput } from "@mantine/core";
import { Overtaken } from "../../components/forms/Overtaken";
import { SavingForm } from "../../components/forms/SavingForm";
import { Loaded } from "../../components/Loaded";
import { useProfile, useRename } from "../../data/account";
import { useDraft } from "../../lib/draft";
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
  const draft = useDraft(before, (some, other) => some.trim() === other.trim());
  return (
    <SavingForm
      change={rename}
      submit={() => rename.mutateAsync(draft.value.trim())}
      done={draft.take}
      button="Save"
      disabled={!draft.isNew}
    >
      <TextInput
        label="Name"
        description="What your colleagues see, in every organization."
        autoComplete="name"
        maxLength={200}
        value={draft.value}
        onChange={(event) => draft.set(event.currentTarget.value)}
      />
      <Overtaken draft={draft} />
      <Saved when={rename.isSuccess}>Saved.</Saved>
    </SavingForm>
  );
}
