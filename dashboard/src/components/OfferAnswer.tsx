import { Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type Offer, useAnswer } from "../data/invitations";
import { useOrganizations } from "../data/organizations";
import { Problem } from "./Loaded";

interface OfferAnswerProps {
  readonly offer: Offer;
  /** Of a link. */
  readonly token?: string;
  /** Called when the answer was taken. */
  answered?(): void;
}

/** Yes or no. Whoever says yes is led to what he may see from now on. */
export function OfferAnswer({ offer, token, answered }: OfferAnswerProps) {
  const answer = useAnswer();
  const navigate = useNavigate();
  const organizations = useOrganizations();
  const [said, setSaid] = useState<boolean | null>(null);
  const say = async (accept: boolean) => {
    setSaid(accept);
    const organizationId = await answer.mutateAsync({
      id: offer.id,
      accept,
      ...(token === undefined ? {} : { token }),
    });
    answered?.();
    const { data } = accept ? await organizations.refetch() : { data: [] };
    const projects = data?.find(({ id }) => id === organizationId)?.projects ?? [];
    const [only] = projects;
    navigate(only && projects.length === 1 ? `/projects/${only.id}/runs` : "/", { replace: true });
  };
  const press = (accept: boolean) => () => void say(accept).catch(() => undefined);
  return (
    <Stack>
      {answer.error && <Problem error={answer.error} />}
      <Group>
        <Button
          onClick={press(true)}
          loading={answer.isPending && said === true}
          disabled={answer.isPending}
        >
          Accept
        </Button>
        <Button
          variant="default"
          onClick={press(false)}
          loading={answer.isPending && said === false}
          disabled={answer.isPending}
        >
          Decline
        </Button>
      </Group>
    </Stack>
  );
}
