import { Button, CopyButton, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconTerminal2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Headers, ReceivedResponse, SentRequest } from "../../data/evidence";
import type { Exchange } from "../../lib/attempts";
import { asCurl } from "../../lib/curl";
import { bytes, duration } from "../../lib/format";
import { prettyBody } from "../../lib/json";
import { CodeBlock } from "../CodeBlock";
import { AssertionList } from "./AssertionList";
import { CaptureList } from "./CaptureList";
import styles from "./ExchangeView.module.css";

interface ExchangeViewProps {
  readonly exchange: Exchange;
  /** Empty for none. */
  readonly heading: string;
  /** What stands between the heading and the request. */
  readonly children?: ReactNode;
}

/** A request, its answer, and what was made of it. */
export function ExchangeView({ exchange, heading, children }: ExchangeViewProps) {
  const { request, response, assertions, captures, logs } = exchange;
  return (
    <Stack gap="md" mb="xl">
      {heading !== "" && (
        <Title order={2} size="h5">
          {heading}
        </Title>
      )}
      {children}
      {assertions.length > 0 && <AssertionList assertions={assertions} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {request && <RequestView request={request} />}
        {response && <ResponseView response={response} />}
      </SimpleGrid>
      {captures.length > 0 && <CaptureList captures={captures} />}
      {logs.length > 0 && (
        <CodeBlock
          label="log"
          text={logs.map(({ level, text }) => `${level ?? ""} ${text}`).join("\n")}
        />
      )}
    </Stack>
  );
}

function RequestView({ request }: { request: SentRequest }) {
  const body = prettyBody(request.body);
  return (
    <section className={`card ${styles["part"]}`} aria-label="Request">
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={3} size="h6">
          Request
        </Title>
        <CopyButton value={asCurl(request)}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={copied ? <IconCheck size={14} /> : <IconTerminal2 size={14} />}
              onClick={copy}
            >
              {copied ? "Copied" : "Copy as curl"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Text ff="monospace" size="sm" mb="xs" className={styles["line"] ?? ""}>
        <strong>{request.method}</strong> {request.url}
      </Text>
      <HeaderList headers={request.headers} />
      {body.text !== "" && <CodeBlock label="request body" text={body.text} />}
    </section>
  );
}

function ResponseView({ response }: { response: ReceivedResponse }) {
  const body = prettyBody(response.body);
  const time = response.timings?.["total"];
  return (
    <section className={`card ${styles["part"]}`} aria-label="Response">
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={3} size="h6">
          Response
        </Title>
        <Text size="xs" c="dimmed" className="numbers">
          {bytes(response.bytes)}
          {time !== undefined && ` in ${duration(time * 1000)}`}
        </Text>
      </Group>
      <Text ff="monospace" size="sm" mb="xs" className={styles["line"] ?? ""}>
        {response.http_version} <strong>{response.status}</strong>
      </Text>
      <HeaderList headers={response.headers} />
      {body.text !== "" && <CodeBlock label="response body" text={body.text} />}
      {response.truncated && (
        <Text size="xs" c="dimmed" mt={6}>
          Only the beginning was kept.
        </Text>
      )}
    </section>
  );
}

function HeaderList({ headers }: { headers: Headers }) {
  if (headers.length === 0) return null;
  return (
    <details className={styles["headers"]}>
      <summary>{headers.length === 1 ? "1 header" : `${headers.length} headers`}</summary>
      <dl>
        {headers.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, their order is all they have
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
