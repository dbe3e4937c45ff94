import { SimpleGrid } from "@mantine/core";
import { Page } from "../components/Page";
import { useSession } from "../lib/session";
import { ChangePassword } from "./account/ChangePassword";
import { Memberships } from "./account/Memberships";
import { Rename } from "./account/Rename";

/** What one may change of oneself. */
export function Account() {
  const { email } = useSession();
  return (
    <Page title={`Your account: ${email}`} size={1000}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Rename />
        <ChangePassword />
      </SimpleGrid>
      <Memberships />
    </Page>
  );
}
