import { Select, Text, Textarea } from "@mantine/core";
import { Ago } from "../../components/Ago";
import { Overtaken } from "../../components/forms/Overtaken";
import { SavingForm } from "../../components/forms/SavingForm";
import {
  type FailureGroup,
  type GroupMember,
  type Triage as TriageOf,
  useTriage,
} from "../../data/failures";
import { useMay } from "../../data/organizations";
import { TRIAGE_STATES, type TriageState } from "../../data/words";
import { useDraft } from "../../lib/draft";

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

type Opinion = Pick<TriageOf, "triage" | "note">;

function isSame(some: Opinion, other: Opinion): boolean {
  return some.triage === other.triage && some.note.trim() === other.note.trim();
}

function Editable({ group, projectId, members }: TriageProps) {
  const change = useTriage(projectId);
  const saved: Opinion = { triage: group.triage ?? "open", note: group.triage_note ?? "" };
  const draft = useDraft(saved, isSame);
  const { triage, note } = draft.value;
  const fingerprint = group.fingerprint ?? "";
  return (
    <SavingForm
      change={change}
      submit={() => change.mutateAsync({ fingerprint, triage, note })}
      done={draft.take}
      button="Save"
      disabled={!draft.isNew}
    >
      <Select
        label="State"
        data={[...TRIAGE_STATES]}
        value={triage}
        allowDeselect={false}
        onChange={(next) => next && draft.set({ triage: next as TriageState, note })}
        w={200}
      />
      <Textarea
        label="Note"
        description="What is known, who is at it, which ticket. Everybody in the project reads it."
        value={note}
        onChange={(event) => draft.set({ triage, note: event.currentTarget.value })}
        maxLength={NOTE_LENGTH}
        autosize
        minRows={2}
        maxRows={12}
      />
      <Overtaken draft={draft} />
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
