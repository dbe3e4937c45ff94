import { Alert, Anchor, Stack } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { Link } from "react-router";
import { type Heard, inWords } from "../lib/findings";
import { count } from "../lib/format";

/** Of so many tests each is named. */
const NAMED = 3;

interface HeardFindingsProps {
  readonly heard: readonly Heard[];
  forget(one: Heard): void;
}

/** What runs of the project have just brought to light, wherever in the project one is. */
export function HeardFindings({ heard, forget }: HeardFindingsProps) {
  return (
    <Stack gap="xs" px="md" aria-live="polite" mt={heard.length > 0 ? "sm" : 0}>
      {heard.map((one) => (
        <Alert
          key={`${one.runId} ${one.type}`}
          icon={<IconActivity />}
          color="yellow"
          withCloseButton
          closeButtonLabel="Dismiss"
          onClose={() => forget(one)}
          title={
            <Anchor component={Link} to={`/runs/${one.runId}`} underline="always" inherit>
              Found out by a run
            </Anchor>
          }
        >
          {one.findings.slice(0, NAMED).map((finding) => (
            <div key={finding.test}>
              {finding.test} {inWords(finding)}
            </div>
          ))}
          {one.findings.length > NAMED && `and ${count(one.findings.length - NAMED, "test")} more`}
        </Alert>
      ))}
    </Stack>
  );
}
