import { Container } from "@mantine/core";
import { useParams } from "react-router";
import { HeardFindings } from "../components/HeardFindings";
import { LiveBadge } from "../components/LiveBadge";
import { Outline, Problem } from "../components/Loaded";
import { ProjectNavigation } from "../components/ProjectNavigation";
import { Stage } from "../components/Stage";
import { DataError } from "../data/errors";
import { usePlace } from "../data/organizations";
import { useIsInProject } from "../lib/current";
import { useLiveProject } from "../live/useLiveProject";

/** The pages of a project: the way between them, and that they are told what happens. */
export function ProjectFrame() {
  const { projectId = "" } = useParams();
  useIsInProject(projectId);
  const { place, isPending, error } = usePlace(projectId);
  const { isLive, heard, forget } = useLiveProject(projectId);
  if (place === null) {
    return (
      <Container size={1240} py="lg">
        {isPending ? <Outline /> : <Problem error={error ?? missing()} />}
      </Container>
    );
  }
  return (
    <>
      <ProjectNavigation projectId={projectId}>
        <LiveBadge isLive={isLive} />
      </ProjectNavigation>
      <HeardFindings heard={heard} forget={forget} />
      <Stage />
    </>
  );
}

function missing(): DataError {
  return new DataError("There is no such project.", {
    hint: "Or you are not a member of its organization.",
  });
}
