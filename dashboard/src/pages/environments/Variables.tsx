import { ActionIcon, Table, Text } from "@mantine/core";
import { IconLock, IconTrash } from "@tabler/icons-react";
import { Confirmed } from "../../components/forms/Confirmed";
import { type Environment, useRemoveVariable } from "../../data/environments";

/** The variables of an environment. Of secrets the name is all that there is to see. */
export function Variables({ environment, may }: { environment: Environment; may: boolean }) {
  const remove = useRemoveVariable();
  const variables = [...environment.environment_variables].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  return (
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
                <Confirmed
                  question={`Remove ${variable.name} from ${environment.name}?`}
                  button="Remove"
                  change={remove}
                  act={() => remove.mutateAsync(variable.id)}
                  trigger={(open) => (
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      disabled={!may}
                      aria-label={`Remove ${variable.name}`}
                      onClick={open}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  )}
                >
                  Tests that use it break from the next run on.
                </Confirmed>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
