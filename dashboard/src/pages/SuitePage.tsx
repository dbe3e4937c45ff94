import {
  Anchor,
  Badge,
  Breadcrumbs,
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconListSearch, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { Empty } from "../components/Empty";
import { TestGraph } from "../components/graph/TestGraph";
import { Loaded, Problem } from "../components/Loaded";
import { Page } from "../components/Page";
import { StartRun } from "../components/StartRun";
import { DataError } from "../data/errors";
import { type Catalogue, type Suite, type Test, useCatalogue } from "../data/tests";
import { count } from "../lib/format";
import { useProject } from "./useProject";

/** A suite: its tests, as a list and as a graph; chosen ones can be run. */
export function SuitePage() {
  const { project } = useProject();
  const { suiteId } = useParams();
  const catalogue = useCatalogue(project.id);
  return (
    <Loaded query={catalogue}>
      {(known) => {
        const suite = known.suites.find((one) => one.id === suiteId);
        if (suite === undefined) {
          return (
            <Page title="No such suite">
              <Problem error={new DataError("There is no such suite any more.")} />
            </Page>
          );
        }
        return <OneSuite suite={suite} catalogue={known} projectId={project.id} />;
      }}
    </Loaded>
  );
}

interface OneSuiteProps {
  readonly suite: Suite;
  readonly catalogue: Catalogue;
  readonly projectId: string;
}

function OneSuite({ suite, catalogue, projectId }: OneSuiteProps) {
  const [parameters, setParameters] = useSearchParams();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const view = parameters.get("view") ?? "tests";
  const tests = useMemo(
    () => catalogue.tests.filter((test) => test.suiteId === suite.id),
    [catalogue, suite.id],
  );
  const only = tests.filter((test) => chosen.has(test.id)).map((test) => test.fullName);
  return (
    <Page
      title={suite.key}
      above={
        <Breadcrumbs>
          <Anchor
            component={Link}
            to={`/projects/${projectId}/suites`}
            size="sm"
            underline="always"
          >
            Suites
          </Anchor>
          <Text size="sm" c="dimmed">
            {suite.path}
          </Text>
        </Breadcrumbs>
      }
      beside={
        <Group gap={6}>
          <Badge variant="default" tt="none">
            version {suite.version}
          </Badge>
          {suite.tags.map((tag) => (
            <Badge key={tag} variant="light" tt="none" autoContrast>
              {tag}
            </Badge>
          ))}
        </Group>
      }
      actions={
        <StartRun
          key={only.join()}
          projectId={projectId}
          suites={[suite.key]}
          only={only}
          label={only.length > 0 ? `Run ${count(only.length, "test")}` : "Run this suite"}
        />
      }
    >
      {suite.description && <Text c="dimmed">{suite.description}</Text>}
      <SegmentedControl
        aria-label="What is shown"
        value={view}
        onChange={(next) => setParameters({ view: next }, { replace: true })}
        data={[
          { value: "tests", label: "Tests" },
          { value: "graph", label: "Graph" },
        ]}
        w={{ base: "100%", xs: "fit-content" }}
      />
      {view === "graph" ? (
        <SuiteGraph tests={tests} catalogue={catalogue} projectId={projectId} />
      ) : (
        <TestList tests={tests} projectId={projectId} chosen={chosen} choose={setChosen} />
      )}
    </Page>
  );
}

function SuiteGraph({
  tests,
  catalogue,
  projectId,
}: {
  tests: readonly Test[];
  catalogue: Catalogue;
  projectId: string;
}) {
  const navigate = useNavigate();
  const shown = useMemo(() => {
    const ids = catalogue.withNeeded(tests.map((test) => test.id));
    return catalogue.tests.filter((test) => ids.has(test.id));
  }, [tests, catalogue]);
  return (
    <TestGraph
      catalogue={catalogue}
      tests={shown}
      stateOf={null}
      onOpen={(ids) => {
        if (ids.length === 1) void navigate(`/projects/${projectId}/tests/${ids[0]}`);
      }}
    />
  );
}

const SHOWN_AT_ONCE = 200;

interface TestListProps {
  readonly tests: readonly Test[];
  readonly projectId: string;
  readonly chosen: ReadonlySet<string>;
  choose(ids: ReadonlySet<string>): void;
}

function TestList({ tests, projectId, chosen, choose }: TestListProps) {
  const [text, setText] = useState("");
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const found = tests.filter((test) =>
    `${test.fullName} ${test.name} ${test.tags.join(" ")}`
      .toLowerCase()
      .includes(text.toLowerCase()),
  );
  const toggle = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    choose(next);
  };
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Find tests"
        placeholder="Find by name or tag"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maw={360}
      />
      {found.length === 0 ? (
        <Empty icon={IconListSearch} title="No test is called so" />
      ) : (
        <div className="card">
          <Table.ScrollContainer minWidth={560} type="native">
            <Table verticalSpacing="xs" horizontalSpacing="md" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={44}>
                    <Checkbox
                      aria-label="Choose all"
                      checked={found.every((test) => chosen.has(test.id))}
                      indeterminate={chosen.size > 0 && !found.every((test) => chosen.has(test.id))}
                      onChange={(event) =>
                        choose(
                          new Set(event.currentTarget.checked ? found.map((test) => test.id) : []),
                        )
                      }
                    />
                  </Table.Th>
                  <Table.Th>Test</Table.Th>
                  <Table.Th>Priority</Table.Th>
                  <Table.Th>Tags</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.slice(0, limit).map((test) => (
                  <Table.Tr key={test.id}>
                    <Table.Td>
                      <Checkbox
                        aria-label={`Choose ${test.key}`}
                        checked={chosen.has(test.id)}
                        onChange={(event) => toggle(test.id, event.currentTarget.checked)}
                      />
                    </Table.Td>
                    <Table.Td>
                      <Anchor
                        component={Link}
                        to={`/projects/${projectId}/tests/${test.id}`}
                        fw={600}
                        size="sm"
                      >
                        {test.key}
                      </Anchor>
                      <Text size="xs" c="dimmed">
                        {test.name}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm">{test.priority}</Text>
                    </Table.Td>
                    <Table.Td>
                      <Group gap={4}>
                        {test.isQuarantined && (
                          <Badge size="sm" variant="default" tt="none">
                            quarantine
                          </Badge>
                        )}
                        {test.skipReason !== null && (
                          <Badge size="sm" variant="default" tt="none" title={test.skipReason}>
                            skipped
                          </Badge>
                        )}
                        {test.tags.map((tag) => (
                          <Badge key={tag} size="sm" variant="light" tt="none">
                            {tag}
                          </Badge>
                        ))}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </div>
      )}
      {found.length > limit && (
        <Button variant="default" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
          Show more of {count(found.length, "test")}
        </Button>
      )}
    </Stack>
  );
}
