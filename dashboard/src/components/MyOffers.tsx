import { Group, Stack } from "@mantine/core";
import { useMyOffers } from "../data/invitations";
import { OfferAnswer } from "./OfferAnswer";
import { OfferText } from "./OfferText";

/** The invitations of one's own address; nothing where there are none. */
export function MyOffers() {
  const offers = useMyOffers();
  if (!offers.data?.length) return null;
  return (
    <Stack component="section" aria-label="Invitations" gap="sm">
      {offers.data.map((offer) => (
        <Group key={offer.id} className="card" p="md" justify="space-between">
          <OfferText offer={offer} />
          <OfferAnswer offer={offer} />
        </Group>
      ))}
    </Stack>
  );
}
