import { Table } from "@mantine/core";
import { IconKey, IconLock } from "@tabler/icons-react";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { ScrollingTable } from "../components/ScrollingTable";
import { useTokens } from "../data/tokens";
import { reaches } from "../data/words";
import { NewToken } from "./tokens/NewToken";
import { TokenRow } from "./tokens/TokenRow";
import { useProject } from "./useProject";

/** How pipelines say who they are. What a token is stands nowhere but where it was copied to. */
export function Tokens() {
  const { project, organization } = useProject();
  const may = reaches(organization.role, "admin");
  const tokens = useTokens(project.id, may);
  return (
    <Page title="Project tokens" actions={<NewToken project={project} may={may} />}>
      {may ? (
        <Loaded query={tokens}>
          {(all) =>
            all.length === 0 ? (
              <Empty icon={IconKey} title="No tokens yet">
                A pipeline gets a token of this project instead of a person's password. It requests
                runs with <code>baton trigger</code>, and can do nothing that its scopes do not say.
              </Empty>
            ) : (
              <div className="card">
                <ScrollingTable label="Tokens" minWidth={680}>
                  <Table verticalSpacing="sm" horizontalSpacing="md">
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>Name</Table.Th>
                        <Table.Th>May</Table.Th>
                        <Table.Th>Until</Table.Th>
                        <Table.Th>Last used</Table.Th>
                        <Table.Th>Made</Table.Th>
                        <Table.Th w={90} />
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {all.map((token) => (
                        <TokenRow key={token.id} token={token} projectId={project.id} />
                      ))}
                    </Table.Tbody>
                  </Table>
                </ScrollingTable>
              </div>
            )
          }
        </Loaded>
      ) : (
        <Empty icon={IconLock} title="Admins see the tokens of a project">
          Pipelines use them to request runs. An admin of {organization.name} makes and revokes
          them.
        </Empty>
      )}
    </Page>
  );
}
