import { Alert, Anchor } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Catalogue } from "../../data/tests";
import type { Finding } from "../../live/progress";

const WORDS: Record<Finding["type"], string> = {
  flaky_test_detected: "fails now and then",
  performance_degradation: "got slower",
};

/** What was found out when the run ended, while somebody looked. */
export function RunFindings({
  projectId,
  findings,
  catalogue,
}: {
  projectId: string;
  findings: readonly Finding[];
  catalogue: Catalogue;
}) {
  if (findings.length === 0) return null;
  return (
    <Alert icon={<IconActivity />} color="yellow" title="Found out by this run">
      {findings.map(({ type, test }) => {
        const known = catalogue.byName.get(test);
        return (
          <div key={`${type} ${test}`}>
            {known ? (
              <Anchor
                component={Link}
                to={`/projects/${projectId}/tests/${known.id}`}
                underline="always"
              >
                {test}
              </Anchor>
            ) : (
              test
            )}{" "}
            {WORDS[type]}
          </div>
        );
      })}
    </Alert>
  );
}
