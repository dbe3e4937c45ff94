import {
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconListSearch, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { Empty } from "../../components/Empty";
import type { Test } from "../../data/tests";
import { count } from "../../lib/format";

const SHOWN_AT_ONCE = 200;

interface TestListProps {
  readonly tests: readonly Test[];
  readonly projectId: string;
  readonly chosen: ReadonlySet<string>;
  choose(ids: ReadonlySet<string>): void;
}

/** The tests of a suite, to be found, opened, and chosen for a run. */
export function TestList({ tests, projectId, chosen, choose }: TestListProps) {
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
