import { Alert, Anchor } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { Link } from "react-router";
import { useFindings } from "../../data/findings";
import type { Run } from "../../data/runs";
import type { Catalogue } from "../../data/tests";
import { inWords } from "../../lib/findings";

interface RunFindingsProps {
  readonly run: Run;
  readonly isOver: boolean;
  readonly catalogue: Catalogue;
}

/** What was found out when the run ended: tests that fail now and then, and those that got slower. */
export function RunFindings({ run, isOver, catalogue }: RunFindingsProps) {
  const { data: findings = [] } = useFindings(run, isOver);
  if (findings.length === 0) return null;
  return (
    <Alert icon={<IconActivity />} color="yellow" title="Found out by this run">
      {findings.map((finding) => (
        <div key={`${finding.type} ${finding.testId}`}>
          <Anchor
            component={Link}
            to={`/projects/${run.project_id}/tests/${finding.testId}`}
            underline="always"
            size="sm"
          >
            {catalogue.byId.get(finding.testId)?.fullName ?? "a test that is gone"}
          </Anchor>{" "}
          {inWords(finding)}
        </div>
      ))}
    </Alert>
  );
}
