import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialogue } from "../../components/forms/FormDialogue";
import { SavingForm } from "../../components/forms/SavingForm";
import { useInvite } from "../../data/invitations";
import type { Organization } from "../../data/organizations";
import type { Role } from "../../data/words";
import { rolesUpTo } from "../../lib/roles";
import { InvitationLink } from "./InvitationLink";

const DAYS = [
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
];

interface InviteProps {
  readonly organization: Organization;
  readonly may: boolean;
}

/** A button, and the dialogue in which somebody is invited. It ends with the link. */
export function Invite({ organization, may }: InviteProps) {
  return (
    <FormDialogue label="Invite somebody" may={may}>
      {(close) => <InviteSteps organization={organization} close={close} />}
    </FormDialogue>
  );
}

function InviteSteps({ organization, close }: { organization: Organization; close(): void }) {
  const [made, setMade] = useState<{ token: string; email: string } | null>(null);
  if (made !== null) return <InvitationLink {...made} close={close} />;
  return <InviteForm organization={organization} done={setMade} />;
}

interface InviteFormProps {
  readonly organization: Organization;
  done(made: { token: string; email: string }): void;
}

function InviteForm({ organization, done }: InviteFormProps) {
  const invite = useInvite(organization.id);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState("7");
  return (
    <SavingForm
      change={invite}
      submit={() => invite.mutateAsync({ email, role, days: Number(days) })}
      done={(token) => done({ token, email: email.trim() })}
      button="Make the link"
    >
      <TextInput
        label="E-mail address"
        description="Then only its owner can accept. Without one, whoever has the link can, once."
        type="email"
        data-autofocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Select
        label="Role"
        data={rolesUpTo(organization.role)}
        value={role}
        allowDeselect={false}
        onChange={(next) => next && setRole(next as Role)}
      />
      <Select
        label="Good for"
        data={DAYS}
        value={days}
        allowDeselect={false}
        onChange={(next) => next && setDays(next)}
      />
    </SavingForm>
  );
}
