import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconLock, IconPlus, IconServer, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Enums } from "../../types/database";
import { Empty } from "../components/Empty";
import { Guarded } from "../components/Guarded";
import { Loaded, Problem } from "../components/Loaded";
import { Page } from "../components/Page";
import {
  type Environment,
  useCreateEnvironment,
  useEnvironments,
  useRemoveVariable,
  useSetBaseUrl,
  useSetVariable,
} from "../data/environments";
import { reaches } from "../data/words";
import { useProject } from "./useProject";

/** Where tests run, and the values they find there. Secrets are written here, and never read. */
export function Environments() {
  const { project, organization } = useProject();
  const may = reaches(organization.role, "admin");
  const environments = useEnvironments(project.id);
  return (
    <Page title="Environments" actions={<NewEnvironment may={may} />}>
      <Loaded query={environments}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={IconServer} title="No environment yet">
              An environment says where the API is that is tested, and holds the variables and
              secrets that tests need there.{may ? "" : " An admin makes it."}
            </Empty>
          ) : (
            <Stack gap="lg">
              {all.map((environment) => (
                <OneEnvironment key={environment.id} environment={environment} may={may} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function OneEnvironment({ environment, may }: { environment: Environment; may: boolean }) {
  const remove = useRemoveVariable();
  const variables = [...environment.environment_variables].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  return (
    <section className="card" style={{ padding: 16 }} aria-label={environment.name}>
      <Group justify="space-between" mb="sm">
        <Group gap="sm">
          <Title order={2} size="h4">
            {environment.name}
          </Title>
          <Badge variant="default" tt="none">
            {environment.kind}
          </Badge>
        </Group>
        <NewVariable environment={environment} may={may} />
      </Group>
      <BaseUrl environment={environment} may={may} />
      {remove.error && <Problem error={remove.error} />}
      {variables.length > 0 && (
        <Table.ScrollContainer minWidth={420} mt="md" type="native">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Value</Table.Th>
                <Table.Th w={50} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {variables.map((variable) => (
                <Table.Tr key={variable.id}>
                  <Table.Td>
                    <Text ff="monospace" size="sm">
                      {variable.is_secret ? "secrets" : "env"}.{variable.name}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    {variable.is_secret ? (
                      <Text size="sm" c="dimmed">
                        <IconLock size={14} aria-label="secret" style={{ verticalAlign: "-2px" }} />{" "}
                        only workers read it
                      </Text>
                    ) : (
                      <Text ff="monospace" size="sm" style={{ overflowWrap: "anywhere" }}>
                        {variable.value}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      disabled={!may}
                      aria-label={`Remove ${variable.name}`}
                      onClick={() => {
                        if (window.confirm(`Remove ${variable.name} from ${environment.name}?`)) {
                          remove.mutate(variable.id);
                        }
                      }}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function BaseUrl({ environment, may }: { environment: Environment; may: boolean }) {
  const save = useSetBaseUrl();
  const [url, setUrl] = useState(environment.base_url);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ id: environment.id, base_url: url });
      }}
    >
      {save.error && <Problem error={save.error} />}
      <Group align="end" gap="xs">
        <TextInput
          label="Base URL"
          type="url"
          required
          readOnly={!may}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          flex="1 1 280px"
          maw={520}
        />
        {url !== environment.base_url && (
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        )}
      </Group>
    </form>
  );
}

const KINDS: Enums<"environment_kind">[] = ["local", "ci", "staging", "production"];

function NewEnvironment({ may }: { may: boolean }) {
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

function NewVariable({ environment, may }: { environment: Environment; may: boolean }) {
  const save = useSetVariable();
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [isSecret, setIsSecret] = useState(false);
  const close = () => {
    setIsOpen(false);
    setName("");
    setValue("");
    setIsSecret(false);
    save.reset();
  };
  const submit = async () => {
    await save.mutateAsync({ environmentId: environment.id, name, value, isSecret });
    close();
  };
  const Field = isSecret ? PasswordInput : TextInput;
  return (
    <>
      <Guarded may={may} needed="admin">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          disabled={!may}
          onClick={() => setIsOpen(true)}
        >
          Set a variable
        </Button>
      </Guarded>
      <Modal opened={isOpen} onClose={close} title={`Set a variable of ${environment.name}`}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit().catch(() => undefined);
          }}
        >
          <Stack>
            {save.error && <Problem error={save.error} />}
            <TextInput
              label="Name"
              description="One that exists is replaced."
              required
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Switch
              label="Secret: nobody reads it here again, only workers do"
              checked={isSecret}
              onChange={(event) => setIsSecret(event.currentTarget.checked)}
            />
            <Field
              label="Value"
              autoComplete="off"
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button type="submit" loading={save.isPending}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
