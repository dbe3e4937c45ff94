import { Anchor, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Ago } from "../../components/Ago";
import { CodeBlock } from "../../components/CodeBlock";
import { Facts } from "../../components/Facts";
import { Loaded } from "../../components/Loaded";
import { type Endpoint, useCallers, useContract } from "../../data/endpoints";
import { useCatalogue } from "../../data/tests";
import { count } from "../../lib/format";
import { useProject } from "../useProject";

/**
 * What holds for an endpoint, who calls it, and what its contract says. What can be pressed is given as children:
 * it stands above all that has yet to be read, and does not move when that comes.
 */
export function EndpointDetails({
  endpoint,
  children,
}: {
  endpoint: Endpoint;
  children: ReactNode;
}) {
  return (
    <>
      <Facts
        facts={{
          "Time-out": `${endpoint.timeout_seconds} s`,
          Retries: retriesOf(endpoint),
          Auth: endpoint.auth_type === "none" ? null : endpoint.auth_type,
          Protocol: endpoint.protocol === "rest" ? null : endpoint.protocol,
          "Health check": healthOf(endpoint),
        }}
      />
      <Headers headers={endpoint.default_headers as Record<string, unknown>} />
      {children}
      <Callers endpointId={endpoint.id} />
      <Contract endpointId={endpoint.id} />
    </>
  );
}

function retriesOf({ retries, retry_delay_seconds: delay }: Endpoint): string {
  return retries === 0 ? "none" : `${count(retries, "retry", "retries")} after ${delay} s`;
}

function healthOf(endpoint: Endpoint) {
  if (endpoint.last_health_check_ok === null) return null;
  return (
    <>
      {endpoint.last_health_check_ok ? "it was there" : "it was not there"}{" "}
      <Ago time={endpoint.last_health_check_at} />
      {endpoint.last_health_check_note && `: ${endpoint.last_health_check_note}`}
    </>
  );
}

function Headers({ headers }: { headers: Record<string, unknown> }) {
  if (Object.keys(headers).length === 0) return null;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        Headers that are always sent
      </Title>
      <CodeBlock text={lines.join("\n")} label="headers that are always sent" />
    </Stack>
  );
}

/** Catalogue and links are read apart: a test that is gone is in neither list. */
function Callers({ endpointId }: { endpointId: string }) {
  const { project } = useProject();
  const callers = useCallers(endpointId);
  const catalogue = useCatalogue(project.id);
  return (
    <Loaded query={callers} lines={1}>
      {(rows) => {
        const ids = [...new Set(rows.map((row) => row.test_case_id))];
        const tests = ids
          .flatMap((id) => catalogue.data?.byId.get(id) ?? [])
          .sort((a, b) => a.fullName.localeCompare(b.fullName));
        if (tests.length === 0) return null;
        return (
          <Stack gap={4}>
            <Title order={3} size="h6">
              Tests that call it
            </Title>
            {tests.map((test) => (
              <Text key={test.id} size="sm">
                <Anchor
                  component={Link}
                  to={`/projects/${project.id}/tests/${test.id}`}
                  size="sm"
                  fw={600}
                >
                  {test.fullName}
                </Anchor>
              </Text>
            ))}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Contract({ endpointId }: { endpointId: string }) {
  const contract = useContract(endpointId);
  if (!contract.data || Object.keys(contract.data).length === 0) return null;
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        Its part of the OpenAPI document
      </Title>
      <CodeBlock
        text={JSON.stringify(contract.data, null, 2)}
        label="part of the OpenAPI document"
      />
    </Stack>
  );
}
