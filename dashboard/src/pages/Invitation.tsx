import { Anchor, Paper, Stack, Text } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { Empty } from "../components/Empty";
import { Outline, Problem } from "../components/Loaded";
import { OfferAnswer } from "../components/OfferAnswer";
import { OfferText } from "../components/OfferText";
import { Page } from "../components/Page";
import { asDataError } from "../data/errors";
import { useOffer } from "../data/invitations";
import { forgetInvitation, openedInvitation } from "../lib/invitationSecret";
import { useSession } from "../lib/session";

/** Where an invitation's link leads who is signed in: what it is about, and yes or no. */
export function Invitation() {
  const { hash } = useLocation();
  const [token] = useState(() => openedInvitation(hash));
  return (
    <Page title="Invitation" size={640}>
      {token === null ? (
        <Empty icon={IconMail} title="This link is not complete">
          Open the whole link that you were given. Invitations of your own address stand above{" "}
          <Anchor component={Link} to="/" underline="always">
            your projects
          </Anchor>
          .
        </Empty>
      ) : (
        <Opened token={token} />
      )}
    </Page>
  );
}

function Opened({ token }: { token: string }) {
  const offer = useOffer(token);
  const { email } = useSession();
  useEffect(() => {
    // What is over is not offered again.
    if (offer.error && asDataError(offer.error).code.startsWith("PT")) forgetInvitation();
  }, [offer.error]);
  if (offer.error) return <Problem error={offer.error} />;
  if (offer.data === undefined) return <Outline lines={2} />;
  return (
    <Paper withBorder p="lg" radius="lg">
      <Stack>
        <OfferText offer={offer.data} />
        <Text size="sm">
          You are signed in as {email}. Members of an organization see one another's names.
        </Text>
        <OfferAnswer offer={offer.data} token={token} answered={forgetInvitation} />
      </Stack>
    </Paper>
  );
}
