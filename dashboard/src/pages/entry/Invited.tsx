import { Paper } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "react-router";
import { Problem } from "../../components/Loaded";
import { OfferText } from "../../components/OfferText";
import { useOffer } from "../../data/invitations";
import { openedInvitation } from "../../lib/invitationSecret";

/** What the link is about with which somebody came who is not signed in. */
export function Invited() {
  const { hash } = useLocation();
  const [token] = useState(() => openedInvitation(hash));
  const offer = useOffer(token);
  if (offer.error) return <Problem error={offer.error} />;
  if (offer.data === undefined) return null;
  return (
    <Paper withBorder p="md" radius="lg" component="section" aria-label="Invitation">
      <OfferText offer={offer.data} />
    </Paper>
  );
}
