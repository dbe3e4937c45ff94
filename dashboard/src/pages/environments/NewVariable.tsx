import { Button, Group, Modal, PasswordInput, Stack, Switch, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Guarded } from "../../components/Guarded";
import { Problem } from "../../components/Loaded";
import { type Environment, useSetVariable } from "../../data/environments";

/** A button, and the dialogue in which a variable or a secret is set. */
export function NewVariable({ environment, may }: { environment: Environment; may: boolean }) {
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
