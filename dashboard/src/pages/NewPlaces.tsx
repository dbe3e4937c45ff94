import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Guarded } from "../components/Guarded";
import { Problem } from "../components/Loaded";
import { type Organization, useCreateOrganization, useCreateProject } from "../data/organizations";
import { reaches } from "../data/words";
import { slugOf } from "../lib/slug";

export function NewOrganization() {
  const create = useCreateOrganization();
  return (
    <NameDialogue
      label="New organization"
      word="Slug"
      error={create.error}
      isPending={create.isPending}
      save={(name, slug) => create.mutateAsync({ name, slug })}
    />
  );
}

export function NewProject({ organization }: { organization: Organization }) {
  const create = useCreateProject();
  const may = reaches(organization.role, "admin");
  return (
    <NameDialogue
      label="New project"
      word="Key"
      may={may}
      error={create.error}
      isPending={create.isPending}
      save={(name, key) => create.mutateAsync({ organization_id: organization.id, name, key })}
    />
  );
}

interface NameDialogueProps {
  readonly label: string;
  /** What the short name is called. */
  readonly word: string;
  readonly may?: boolean;
  readonly error: unknown;
  readonly isPending: boolean;
  save(name: string, short: string): Promise<unknown>;
}

function NameDialogue({ label, word, may = true, error, isPending, save }: NameDialogueProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState("");
  const [short, setShort] = useState<string | null>(null);
  const shortName = short ?? slugOf(name);
  const submit = async () => {
    await save(name, shortName);
    setIsOpen(false);
    setName("");
    setShort(null);
  };
  return (
    <>
      <Guarded may={may} needed="admin">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          disabled={!may}
          onClick={() => setIsOpen(true)}
        >
          {label}
        </Button>
      </Guarded>
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title={label}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit().catch(() => undefined);
          }}
        >
          <Stack>
            {error ? <Problem error={error} /> : null}
            <TextInput
              label="Name"
              required
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={word}
              description="Lower-case letters, digits and hyphens; commands use it."
              required
              pattern="[a-z0-9][a-z0-9\-]{0,62}"
              value={shortName}
              onChange={(event) => setShort(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button type="submit" loading={isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
