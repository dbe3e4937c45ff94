import { Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useMyOffers } from "../data/invitations";
import { keptInvitation } from "../lib/invitationSecret";
import { OfferAnswer } from "./OfferAnswer";
import { OfferText } from "./OfferText";

/** The invitations of one's own address, and the one whose link was opened here; nothing where there are none. */
export function MyOffers() {
  const offers = useMyOffers().data ?? [];
  const isOpened = keptInvitation() !== null;
  if (offers.length === 0 && !isOpened) return null;
  return (
    <Stack component="section" aria-label="Invitations" gap="sm">
      {isOpened && (
        <Group className="card" p="md" justify="space-between">
          <Text>You opened the link of an invitation, and did not answer it.</Text>
          <Button component={Link} to="/invitation" variant="default">
            Look at it
          </Button>
        </Group>
      )}
      {offers.map((offer) => (
        <Group key={offer.id} className="card" p="md" justify="space-between">
          <OfferText offer={offer} />
          <OfferAnswer offer={offer} />
        </Group>
      ))}
    </Stack>
  );
}
