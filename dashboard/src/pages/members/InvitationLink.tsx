import { Button, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { linkOf } from "../../lib/invitationSecret";

interface InvitationLinkProps {
  readonly token: string;
  /** Empty where the link is for whoever has it. */
  readonly email: string;
  close(): void;
}

/** The link, this once. */
export function InvitationLink({ token, email, close }: InvitationLinkProps) {
  const link = linkOf(token);
  return (
    <Stack>
      <Text size="sm" role="status">
        Baton sends no mail: give this link {email === "" ? "to whom you invite" : `to ${email}`}{" "}
        yourself. It is shown now and never again; if it gets lost, invite anew.
      </Text>
      <TextInput
        label="Link of the invitation"
        readOnly
        value={link}
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end">
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? "Copied" : "Copy the link"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>Done</Button>
      </Group>
    </Stack>
  );
}
