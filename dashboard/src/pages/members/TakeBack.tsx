import { Button } from "@mantine/core";
import { Confirmed } from "../../components/forms/Confirmed";
import { Guarded } from "../../components/Guarded";
import { useRevoke } from "../../data/invitations";
import type { Organization } from "../../data/organizations";
import { type Role, reaches } from "../../data/words";

interface TakeBackProps {
  readonly organization: Organization;
  readonly invitation: { id: string; email: string | null; role: Role };
}

/** A button, and the question before an invitation is good for nothing. */
export function TakeBack({ organization, invitation }: TakeBackProps) {
  const revoke = useRevoke(organization.id);
  const whom = invitation.email ?? "whoever has the link";
  const may = reaches(organization.role, invitation.role);
  return (
    <Confirmed
      question={`Take back the invitation of ${whom}?`}
      button="Take back"
      change={revoke}
      act={() => revoke.mutateAsync(invitation.id)}
      trigger={(open) => (
        <Guarded may={may} needed={invitation.role}>
          <Button
            variant="default"
            size="xs"
            disabled={!may}
            onClick={open}
            aria-label={`Take back the invitation of ${whom}`}
          >
            Take back
          </Button>
        </Guarded>
      )}
    >
      Its link opens nothing from then on.
    </Confirmed>
  );
}
