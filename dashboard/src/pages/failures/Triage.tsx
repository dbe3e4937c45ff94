import { Select, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { Ago } from "../../components/Ago";
import { SavingForm } from "../../components/forms/SavingForm";
import { type FailureGroup, type GroupMember, useTriage } from "../../data/failures";
import { useMay } from "../../data/organizations";
import { TRIAGE_STATES, type TriageState } from "../../data/words";

interface TriageProps {
  readonly group: FailureGroup;
  readonly projectId: string;
  readonly members: readonly GroupMember[];
}

/** As long as the database takes it. */
const NOTE_LENGTH = 4_000;

/** What the team thinks of a group, and who said so; editors say it. */
export function Triage({ group, projectId, members }: TriageProps) {
  const may = useMay(projectId, "editor");
  if (may) return <Editable group={group} projectId={projectId} members={members} />;
  return (
    <div>
      <Text size="sm">It is {group.triage}. An editor may change that.</Text>
      {group.triage_note && (
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {group.triage_note}
        </Text>
      )}
      <Signature members={members} />
    </div>
  );
}

function Editable({ group, projectId, members }: TriageProps) {
  const change = useTriage(projectId);
  const [triage, setTriage] = useState<TriageState>(group.triage ?? "open");
  const [note, setNote] = useState(group.triage_note ?? "");
  const fingerprint = group.fingerprint ?? "";
  const isNew = triage !== group.triage || note.trim() !== group.triage_note;
  return (
    <SavingForm
      change={change}
      submit={() => change.mutateAsync({ fingerprint, triage, note })}
      done={() => undefined}
      button="Save"
      disabled={!isNew}
    >
      <Select
        label="State"
        data={[...TRIAGE_STATES]}
        value={triage}
        allowDeselect={false}
        onChange={(next) => next && setTriage(next as TriageState)}
        w={200}
      />
      <Textarea
        label="Note"
        description="What is known, who is at it, which ticket. Everybody in the project reads it."
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={NOTE_LENGTH}
        autosize
        minRows={2}
        maxRows={12}
      />
      <Signature members={members} />
    </SavingForm>
  );
}

function Signature({ members }: { members: readonly GroupMember[] }) {
  const signed = members.filter((member) => member.triaged_at !== null);
  const [last] = signed.sort((a, b) => (b.triaged_at ?? "").localeCompare(a.triaged_at ?? ""));
  if (last === undefined) return null;
  return (
    <Text size="xs" c="dimmed">
      Said by {last.users?.name || "somebody who is gone"}, <Ago time={last.triaged_at} />
    </Text>
  );
}
