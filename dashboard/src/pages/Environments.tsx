import { Stack } from "@mantine/core";
import { IconServer } from "@tabler/icons-react";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useEnvironments } from "../data/environments";
import { reaches } from "../data/words";
import { NewEnvironment } from "./environments/NewEnvironment";
import { OneEnvironment } from "./environments/OneEnvironment";
import { useProject } from "./useProject";

/** Where tests run, and the values they find there. Secrets are written here, and never read. */
export function Environments() {
  const { project, organization } = useProject();
  const may = reaches(organization.role, "admin");
  const environments = useEnvironments(project.id);
  return (
    <Page title="Environments" actions={<NewEnvironment may={may} />}>
      <Loaded query={environments}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={IconServer} title="No environment yet">
              An environment says where the API is that is tested, and holds the variables and
              secrets that tests need there.{may ? "" : " An admin makes it."}
            </Empty>
          ) : (
            <Stack gap="lg">
              {all.map((environment) => (
                <OneEnvironment key={environment.id} environment={environment} may={may} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}
