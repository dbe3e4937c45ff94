import { Container } from "@mantine/core";
import { useParams } from "react-router";
import { Outline, Problem } from "../components/Loaded";
import { DataError } from "../data/errors";
import { useOrganizations } from "../data/organizations";
import { People } from "./members/People";
import { useProject } from "./useProject";

/** Among the pages of a project: who works in its organization. */
export function Members() {
  return <People organization={useProject().organization} />;
}

/** The same by the organization, which may have no project yet. */
export function OrganizationMembers() {
  const { organizationId } = useParams();
  const { data, error } = useOrganizations();
  const organization = data?.find(({ id }) => id === organizationId);
  if (organization !== undefined) return <People organization={organization} />;
  return (
    <Container size={1240} py="lg">
      {data === undefined && !error ? <Outline /> : <Problem error={error ?? missing()} />}
    </Container>
  );
}

function missing(): DataError {
  return new DataError("There is no such organization.", {
    hint: "Or you are not a member of it.",
  });
}
