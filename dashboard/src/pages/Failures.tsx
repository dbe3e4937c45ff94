import { Accordion, SegmentedControl } from "@mantine/core";
import { IconMoodSmile } from "@tabler/icons-react";
import { useSearchParams } from "react-router";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useFailureGroups } from "../data/failures";
import { TRIAGE_STATES } from "../data/words";
import { OneGroup } from "./failures/OneGroup";
import { useProject } from "./useProject";

/** Failures by what they have in common: a thousand failures are a handful of groups. */
export function Failures() {
  const { project } = useProject();
  const groups = useFailureGroups(project.id);
  const [parameters, setParameters] = useSearchParams();
  const state = parameters.get("state") ?? "open";
  return (
    <Page
      title="Failures"
      actions={
        <SegmentedControl
          aria-label="Which failures"
          value={state}
          onChange={(next) => setParameters({ state: next }, { replace: true })}
          data={[...TRIAGE_STATES, "all"]}
        />
      }
    >
      <Loaded query={groups}>
        {(all) => {
          const shown = all.filter((group) => state === "all" || group.triage === state);
          if (shown.length === 0) return <NoFailures state={state} hasAny={all.length > 0} />;
          return (
            <Accordion variant="separated" chevronPosition="left">
              {shown.map((group) => (
                <OneGroup key={group.fingerprint} group={group} projectId={project.id} />
              ))}
            </Accordion>
          );
        }}
      </Loaded>
    </Page>
  );
}

function NoFailures({ state, hasAny }: { state: string; hasAny: boolean }) {
  return (
    <Empty
      icon={IconMoodSmile}
      title={hasAny ? `No failure is ${state}` : "Nothing has failed yet"}
    >
      Failures that differ only in ids, times, hosts and tokens stand here as one.
    </Empty>
  );
}
