import { Badge, Button, Group, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { Problem } from "../../components/Loaded";
import { type Environment, useSetBaseUrl } from "../../data/environments";
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
