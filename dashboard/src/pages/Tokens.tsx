import { IconKey, IconLock } from "@tabler/icons-react";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useTokens } from "../data/tokens";
import { reaches } from "../data/words";
import { NewToken } from "./tokens/NewToken";
import { OneToken } from "./tokens/OneToken";
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
                {all.map((token) => (
                  <OneToken key={token.id} token={token} projectId={project.id} />
                ))}
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
