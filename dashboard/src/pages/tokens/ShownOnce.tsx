import { Alert, Button, CopyButton, Group, Stack, Tabs, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconEyeOff } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { CodeBlock } from "../../components/CodeBlock";
import { useConfig } from "../../data/config";
import { usages } from "../../lib/tokens";

interface ShownOnceProps {
  readonly token: string;
  readonly mayPush: boolean;
  close(): void;
}

/** A new token, and how to give it to a pipeline. When the dialogue closes, nobody can read it again. */
export function ShownOnce({ token, mayPush, close }: ShownOnceProps) {
  const first = useRef<HTMLButtonElement>(null);
  // The button that made it is gone, and the focus with it.
  useEffect(() => first.current?.focus(), []);
  return (
    <Stack>
      <Alert icon={<IconEyeOff />} title="This is the token. It is shown now, and never again.">
        Copy it to where your pipeline keeps its secrets, as <code>BATON_TOKEN</code>.
      </Alert>
      <Group wrap="nowrap" align="start">
        <Text ff="monospace" size="sm" flex={1} style={{ overflowWrap: "anywhere" }} role="status">
          {token}
        </Text>
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              ref={first}
              style={{ flexShrink: 0 }}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <HowToUse mayPush={mayPush} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

function HowToUse({ mayPush }: { mayPush: boolean }) {
  const { url, key } = useConfig();
  const ways = usages({ url, key, mayPush });
  return (
    <Tabs defaultValue={ways[0]?.name ?? ""}>
      <Tabs.List>
        {ways.map(({ name }) => (
          <Tabs.Tab key={name} value={name}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {ways.map(({ name, where, file }) => (
        <Tabs.Panel key={name} value={name} pt="sm">
          <Text size="sm" mb="xs">
            {where}
          </Text>
          <CodeBlock text={file} label={`what ${name} needs`} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
