import { Alert, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { Ago } from "../components/Ago";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useRetention } from "../data/retention";
import { reaches } from "../data/words";
import { Archives } from "./retention/Archives";
import { DueRuns } from "./retention/DueRuns";
import { KeptDays } from "./retention/KeptDays";
import { useProject } from "./useProject";

/** For how long what is kept, what will go next, and the files in which it lives on. */
export function Retention() {
  const { organization } = useProject();
  const may = reaches(organization.role, "admin");
  const retention = useRetention(organization.id);
  return (
    <Page title={`Retention in ${organization.name}`}>
      <Loaded query={retention}>
        {({ rule, kept, cleaned_up_at }) => (
          <Stack gap="lg">
            {cleaned_up_at === null ? <NeverCleanedUp /> : <CleanedUp at={cleaned_up_at} />}
            {/* What was saved elsewhere meanwhile is shown, too: the form begins anew. */}
            <KeptDays
              key={JSON.stringify(kept)}
              rule={rule}
              kept={kept}
              may={may}
              organizationId={organization.id}
            />
            <DueRuns organizationId={organization.id} />
            <Archives organizationId={organization.id} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function CleanedUp({ at }: { at: string }) {
  return (
    <Text size="sm" c="dimmed">
      The last clean-up of this server was done <Ago time={at} />.
    </Text>
  );
}

function NeverCleanedUp() {
  return (
    <Alert icon={<IconInfoCircle />} title="Nothing was ever cleaned up here">
      Whoever runs the workers tells them where archives lie, with <code>BATON_ARCHIVES</code>: a
      folder, or a storage that speaks S3. Then they clean up every night. Until then everything
      stays.
    </Alert>
  );
}
