import { Accordion, Button, Group, Progress, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconApi, IconListSearch, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Empty } from "../components/Empty";
import { FormDialogue } from "../components/forms/FormDialogue";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { type Endpoint, useEndpoints } from "../data/endpoints";
import { reaches } from "../data/words";
import { coverageOf, type EndpointFilter, matching } from "../lib/endpoints";
import { count, percent } from "../lib/format";
import { NewEndpoint } from "./endpoints/EndpointForm";
import { OneEndpoint } from "./endpoints/OneEndpoint";
import { useProject } from "./useProject";

const SHOWN_AT_ONCE = 100;

/** What the API offers, which tests call it, and what no test calls. */
export function Endpoints() {
  const { project, organization } = useProject();
  const may = reaches(organization.role, "editor");
  const endpoints = useEndpoints(project.id);
  return (
    <Page
      title="Endpoints"
      actions={
        <FormDialogue label="New endpoint" may={may} needed="editor">
          {(close) => <NewEndpoint done={close} />}
        </FormDialogue>
      }
    >
      <Loaded query={endpoints}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={IconApi} title="No endpoints yet">
              An endpoint is a method and a path of the API, such as{" "}
              <code>GET /users/{"{id}"}</code>. Tests that call it are found by themselves; what no
              test calls, you see here. Its time-out, retries and headers hold for all of them,
              unless a test says otherwise.
            </Empty>
          ) : (
            <EndpointList all={all} may={may} />
          )
        }
      </Loaded>
    </Page>
  );
}

function EndpointList({ all, may }: { all: readonly Endpoint[]; may: boolean }) {
  const [filter, setFilter] = useState<EndpointFilter>({ text: "", isUncovered: false });
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const found = matching(all, filter);
  return (
    <Stack gap="md">
      <CoverageBar all={all} />
      <Group role="search" aria-label="Which endpoints">
        <TextInput
          aria-label="Find endpoints"
          placeholder="Find by path, method, name or tag"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          flex="1 1 240px"
          maw={360}
        />
        <Switch
          label="Only those that no test calls"
          checked={filter.isUncovered}
          onChange={(event) => setFilter({ ...filter, isUncovered: event.currentTarget.checked })}
        />
      </Group>
      {found.length === 0 ? (
        <Empty icon={IconListSearch} title="No endpoint is like this" />
      ) : (
        <Accordion variant="separated" chevronPosition="left">
          {found.slice(0, limit).map((endpoint) => (
            <OneEndpoint key={endpoint.id} endpoint={endpoint} may={may} />
          ))}
        </Accordion>
      )}
      {found.length > limit && (
        <Button variant="default" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
          Show more of {count(found.length, "endpoint")}
        </Button>
      )}
    </Stack>
  );
}

function CoverageBar({ all }: { all: readonly Endpoint[] }) {
  const { covered, total, percent: rate } = coverageOf(all);
  return (
    <Stack gap={6}>
      <Text size="sm">
        Tests call <strong>{covered}</strong> of {count(total, "endpoint")}: {percent(rate)}
      </Text>
      <Progress
        value={rate ?? 0}
        color="var(--passed)"
        aria-label={`${percent(rate)} of the endpoints are called by tests`}
      />
    </Stack>
  );
}
