import { Accordion, Badge, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Confirmed } from "../../components/forms/Confirmed";
import { FormDialogue } from "../../components/forms/FormDialogue";
import { type Endpoint, useRemoveEndpoint } from "../../data/endpoints";
import { count } from "../../lib/format";
import { EndpointDetails } from "./EndpointDetails";
import { ChangedEndpoint } from "./EndpointForm";

/** One endpoint in the list; opened, what is known of it. */
export function OneEndpoint({ endpoint, may }: { endpoint: Endpoint; may: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Accordion.Item value={endpoint.id} className="card">
      <Accordion.Control onClick={() => setIsOpen(true)}>
        <Group gap="sm">
          <Code fw={700}>{endpoint.operation_id ?? endpoint.method}</Code>
          <Text size="sm" fw={600} ff="monospace" style={{ overflowWrap: "anywhere" }}>
            {endpoint.path}
          </Text>
          <Text size="sm" c="dimmed">
            {endpoint.name}
          </Text>
          {endpoint.tags.map((tag) => (
            <Badge key={tag} size="sm" variant="light" tt="none" autoContrast>
              {tag}
            </Badge>
          ))}
          <Text
            size="sm"
            ml="auto"
            className="numbers"
            style={endpoint.tests === 0 ? { color: "var(--broken)" } : undefined}
          >
            {endpoint.tests === 0 ? "no test calls it" : count(endpoint.tests, "test")}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        {isOpen && (
          <Stack gap="md">
            {endpoint.description && <Text size="sm">{endpoint.description}</Text>}
            <EndpointDetails endpoint={endpoint}>
              {may && <Actions endpoint={endpoint} />}
            </EndpointDetails>
          </Stack>
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Actions({ endpoint }: { endpoint: Endpoint }) {
  const remove = useRemoveEndpoint(endpoint.id);
  const name = `${endpoint.method} ${endpoint.path}`;
  return (
    <Group gap="xs">
      <FormDialogue
        label={`Change ${name}`}
        trigger={(open) => (
          <Button size="xs" variant="default" onClick={open} aria-label={`Change ${name}`}>
            Change
          </Button>
        )}
      >
        {(close) => <ChangedEndpoint endpoint={endpoint} done={close} />}
      </FormDialogue>
      <Confirmed
        question={`Remove ${name}?`}
        button="Remove"
        change={remove}
        act={() => remove.mutateAsync(undefined)}
        trigger={(open) => (
          <Button size="xs" variant="default" onClick={open} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        )}
      >
        Tests that call it go on without its time-out, retries and headers.
      </Confirmed>
    </Group>
  );
}
