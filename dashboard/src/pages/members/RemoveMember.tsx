import { Button } from "@mantine/core";
import { Confirmed } from "../../components/forms/Confirmed";
import { useRemoveMember } from "../../data/members";
import type { Organization } from "../../data/organizations";

interface RemoveMemberProps {
  readonly organization: Organization;
  readonly userId: string;
  /** Null for oneself: one leaves. */
  readonly name: string | null;
}

/** A button, and the question before somebody is a member no more. */
export function RemoveMember({ organization, userId, name }: RemoveMemberProps) {
  const remove = useRemoveMember(organization.id);
  const button = name === null ? "Leave" : "Remove";
  return (
    <Confirmed
      question={
        name === null ? `Leave ${organization.name}?` : `Remove ${name} from ${organization.name}?`
      }
      button={button}
      change={remove}
      act={() => remove.mutateAsync(userId)}
      trigger={(open) => (
        <Button
          variant="default"
          size="xs"
          onClick={open}
          aria-label={name === null ? `Leave ${organization.name}` : `Remove ${name}`}
        >
          {button}
        </Button>
      )}
    >
      {name === null
        ? "You no longer see its projects, and come back only if somebody invites you. What you made stays, your open invitations do not."
        : "What they made stays; their open invitations do not. They come back only if somebody invites them."}
    </Confirmed>
  );
}
