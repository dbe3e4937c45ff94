import { Accordion, Group, Stack, Text, Title } from "@mantine/core";
import type { Later } from "../../lib/afterwards";
import { StateIcon } from "../Verdict";
import { ExchangeList } from "./ExchangeList";

/** What was done for a test after it had its result: its undo, and renewals of its tokens. */
export function Afterwards({ later }: { later: readonly Later[] }) {
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        Afterwards
      </Title>
      <Accordion variant="separated" chevronPosition="left">
        {later.map(({ id, title, state, reason, exchanges }) => (
          <Accordion.Item key={id} value={id} className="card">
            <Accordion.Control>
              <Group gap="xs" wrap="nowrap">
                <StateIcon state={state} />
                <Text size="sm" fw={600}>
                  {title}
                </Text>
                <Text size="sm" c="dimmed">
                  {reason}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <ExchangeList exchanges={exchanges} />
              {exchanges.length === 0 && <Text c="dimmed">Nothing was sent.</Text>}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}
