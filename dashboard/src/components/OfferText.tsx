import { Text } from "@mantine/core";
import type { Offer } from "../data/invitations";
import { moment } from "../lib/format";
import { asRole } from "../lib/roles";

/** Who invites, into what, and as what. */
export function OfferText({ offer }: { offer: Offer }) {
  return (
    <div>
      <Text>
        {offer.inviter || "Somebody"} invites you to work in <b>{offer.organization}</b> as{" "}
        {asRole(offer.role)}.
      </Text>
      <Text size="sm" c="dimmed">
        {offer.email && <>For {offer.email}; </>}
        {offer.email ? "good" : "Good"} until {moment(offer.expires_at)}.
      </Text>
    </div>
  );
}
