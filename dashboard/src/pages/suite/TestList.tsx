import { Anchor, Badge, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconListSearch, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { Empty } from "../../components/Empty";
import { type Column, Rows } from "../../components/Rows";
import type { Test } from "../../data/tests";
import { count } from "../../lib/format";
import { isFound } from "../../lib/search";

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
  const found = tests.filter((test) => isFound(text, test));
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
        <Nothing isAny={tests.length > 0} />
      ) : (
        <Rows
          label="Tests"
          columns={[choosing(found, chosen, choose), ...columnsOf(projectId)]}
          rows={found.slice(0, limit)}
          keyOf={(test) => test.id}
          isCard
        />
      )}
      {found.length > limit && (
        <Button variant="default" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
          Show more of {count(found.length, "test")}
        </Button>
      )}
    </Stack>
  );
}

function Nothing({ isAny }: { isAny: boolean }) {
  return (
    <Empty
      icon={IconListSearch}
      title={isAny ? "No test is called so" : "This suite has no test any more"}
    />
  );
}

/** The boxes to tick, of one and of all that were found; what was ticked before and is not found stays so. */
function choosing(
  found: readonly Test[],
  chosen: ReadonlySet<string>,
  choose: (ids: ReadonlySet<string>) => void,
): Column<Test> {
  const tick = (tests: readonly Test[], isTicked: boolean) => {
    const next = new Set(chosen);
    for (const { id } of tests) {
      if (isTicked) next.add(id);
      else next.delete(id);
    }
    choose(next);
  };
  const isAll = found.every((test) => chosen.has(test.id));
  return {
    title: "",
    width: 44,
    isLead: true,
    head: (
      <Checkbox
        aria-label="Choose all"
        checked={isAll}
        indeterminate={!isAll && found.some((test) => chosen.has(test.id))}
        onChange={(event) => tick(found, event.currentTarget.checked)}
      />
    ),
    cell: (test) => (
      <Checkbox
        aria-label={`Choose ${test.key}`}
        checked={chosen.has(test.id)}
        onChange={(event) => tick([test], event.currentTarget.checked)}
      />
    ),
  };
}

function columnsOf(projectId: string): readonly Column<Test>[] {
  return [
    {
      title: "Test",
      cell: (test) => (
        <>
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
        </>
      ),
    },
    { title: "Priority", isWideOnly: true, cell: (test) => test.priority },
    { title: "Tags", cell: (test) => <Marks test={test} /> },
  ];
}

/** Its tags, and whether it counts. */
function Marks({ test: { isQuarantined, skipReason, tags } }: { test: Test }) {
  if (!isQuarantined && skipReason === null && tags.length === 0) return null;
  return (
    <Group gap={4}>
      {isQuarantined && (
        <Badge size="sm" variant="default" tt="none">
          quarantine
        </Badge>
      )}
      {skipReason !== null && (
        <Badge size="sm" variant="default" tt="none" title={skipReason}>
          skipped
        </Badge>
      )}
      {tags.map((tag) => (
        <Badge key={tag} size="sm" variant="light" tt="none">
          {tag}
        </Badge>
      ))}
    </Group>
  );
}
