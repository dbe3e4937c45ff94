import { Tabs } from "@mantine/core";
import type { Attempt } from "../../lib/attempts";
import { duration } from "../../lib/format";
import { StateIcon } from "../Verdict";
import { ExchangeList } from "./ExchangeList";

/** The tries of a test; the last one is shown first. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const last = attempts.at(-1);
  if (last === undefined) return null;
  if (attempts.length === 1) return <ExchangeList exchanges={last.exchanges} />;
  return (
    <Tabs defaultValue={String(last.number)} variant="outline" keepMounted={false}>
      <Tabs.List mb="md">
        {attempts.map(({ number, note }) => (
          <Tabs.Tab
            key={number}
            value={String(number)}
            leftSection={note && <StateIcon state={note.verdict} size={16} />}
          >
            Attempt {number}
            {note?.execution_ms !== undefined && `, ${duration(note.execution_ms)}`}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {attempts.map((attempt) => (
        <Tabs.Panel key={attempt.number} value={String(attempt.number)}>
          <ExchangeList exchanges={attempt.exchanges} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
