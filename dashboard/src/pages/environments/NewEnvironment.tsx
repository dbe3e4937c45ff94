import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Enums } from "../../../types/database";
import { Guarded } from "../../components/Guarded";
import { Problem } from "../../components/Loaded";
import { useCreateEnvironment } from "../../data/environments";
import { useProject } from "../useProject";

const KINDS: Enums<"environment_kind">[] = ["local", "ci", "staging", "production"];

/** A button, and the dialogue in which an environment is made. */
export function NewEnvironment({ may }: { may: boolean }) {
  const { project } = useProject();
  const create = useCreateEnvironment();
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Enums<"environment_kind">>("staging");
  const [baseUrl, setBaseUrl] = useState("");
  const submit = async () => {
    const { id: project_id, organization_id } = project;
    await create.mutateAsync({ organization_id, project_id, name, kind, base_url: baseUrl });
    setIsOpen(false);
    setName("");
    setBaseUrl("");
  };
  return (
    <>
      <Guarded may={may} needed="admin">
        <Button
          leftSection={<IconPlus size={16} />}
          disabled={!may}
          onClick={() => setIsOpen(true)}
        >
          New environment
        </Button>
      </Guarded>
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title="New environment">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit().catch(() => undefined);
          }}
        >
          <Stack>
            {create.error && <Problem error={create.error} />}
            <TextInput
              label="Name"
              required
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select
              label="Kind"
              data={KINDS}
              value={kind}
              allowDeselect={false}
              onChange={(next) => next && setKind(next as Enums<"environment_kind">)}
            />
            <TextInput
              label="Base URL"
              type="url"
              placeholder="https://api.example.com"
              required
              value={baseUrl}
              onChange={(event) => setBaseUrl(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button type="submit" loading={create.isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
