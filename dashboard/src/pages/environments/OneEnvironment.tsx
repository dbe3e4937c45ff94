import { Badge, Button, Group, TextInput, Title } from "@mantine/core";
import { Overtaken } from "../../components/forms/Overtaken";
import { Problem } from "../../components/Loaded";
import { type Environment, useSetBaseUrl } from "../../data/environments";
import { useDraft } from "../../lib/draft";
import { NewVariable } from "./NewVariable";
import { Variables } from "./Variables";

/** One environment: where it is, and what tests find there. */
export function OneEnvironment({ environment, may }: { environment: Environment; may: boolean }) {
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
      {environment.environment_variables.length > 0 && (
        <Variables environment={environment} may={may} />
      )}
    </section>
  );
}

function BaseUrl({ environment, may }: { environment: Environment; may: boolean }) {
  const save = useSetBaseUrl();
  const draft = useDraft(environment.base_url);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ id: environment.id, base_url: draft.value }, { onSuccess: draft.take });
      }}
    >
      {save.error && <Problem error={save.error} />}
      <Group align="end" gap="xs">
        <TextInput
          label="Base URL"
          type="url"
          required
          readOnly={!may}
          value={draft.value}
          onChange={(event) => draft.set(event.currentTarget.value)}
          flex="1 1 280px"
          maw={520}
        />
        {draft.isNew && (
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        )}
      </Group>
      <Overtaken draft={draft} />
    </form>
  );
}
