import { ActionIcon, Text } from "@mantine/core";
import { IconLock, IconTrash } from "@tabler/icons-react";
import { Confirmed } from "../../components/forms/Confirmed";
import { type Column, Rows } from "../../components/Rows";
import { type Environment, useRemoveVariable } from "../../data/environments";

type Variable = Environment["environment_variables"][number];

/** The variables of an environment. Of secrets the name is all that there is to see. */
export function Variables({ environment, may }: { environment: Environment; may: boolean }) {
  const variables = [...environment.environment_variables].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  const removing: Column<Variable> = {
    title: "",
    width: 50,
    cell: (variable) => <Remove environment={environment} variable={variable} may={may} />,
  };
  return (
    <Rows
      label={`Variables of ${environment.name}`}
      columns={[...COLUMNS, removing]}
      rows={variables}
      keyOf={(variable) => variable.id}
    />
  );
}

const COLUMNS: readonly Column<Variable>[] = [
  {
    title: "Name",
    cell: ({ is_secret, name }) => (
      <Text ff="monospace" size="sm">
        {is_secret ? "secrets" : "env"}.{name}
      </Text>
    ),
  },
  {
    title: "Value",
    cell: ({ is_secret, value }) =>
      is_secret ? (
        <Text size="sm" c="dimmed">
          <IconLock size={14} aria-label="secret" style={{ verticalAlign: "-2px" }} /> only workers
          read it
        </Text>
      ) : (
        <Text ff="monospace" size="sm">
          {value}
        </Text>
      ),
  },
];

interface RemoveProps {
  readonly environment: Environment;
  readonly variable: Variable;
  readonly may: boolean;
}

function Remove({ environment, variable, may }: RemoveProps) {
  const remove = useRemoveVariable();
  return (
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
  );
}
