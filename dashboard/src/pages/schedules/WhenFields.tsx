import { Button, Group, List, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { asDataError } from "../../data/errors";
import { usePreview } from "../../data/schedules";
import { cronInWords } from "../../lib/cron";
import { inZone, zones } from "../../lib/times";

/** To begin with. */
const EXAMPLES = [
  { label: "every night", cron: "0 3 * * *" },
  { label: "every hour", cron: "0 * * * *" },
  { label: "every 15 minutes at work", cron: "*/15 8-18 * * mon-fri" },
  { label: "Monday mornings", cron: "0 6 * * mon" },
];

interface WhenFieldsProps {
  readonly cron: string;
  readonly timezone: string;
  change(fields: { cron?: string; timezone?: string }): void;
}

/** A time that comes again and again, told in words, with the next five. */
export function WhenFields({ cron, timezone, change }: WhenFieldsProps) {
  const known = useMemo(() => zones(timezone), [timezone]);
  return (
    <Stack gap="xs">
      <TextInput
        label="When"
        description="Minute, hour, day of the month, month, day of the week."
        required
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        value={cron}
        onChange={(event) => change({ cron: event.currentTarget.value })}
      />
      <Group gap={6}>
        {EXAMPLES.map((example) => (
          <Button
            key={example.cron}
            size="compact-xs"
            variant="default"
            onClick={() => change({ cron: example.cron })}
          >
            {example.label}
          </Button>
        ))}
      </Group>
      <Select
        label="Time zone"
        description="Whose clocks are meant."
        data={known}
        value={timezone}
        onChange={(next) => next && change({ timezone: next })}
        allowDeselect={false}
        searchable
        limit={60}
        required
      />
      <Preview cron={cron} timezone={timezone} />
    </Stack>
  );
}

function Preview({ cron, timezone }: { cron: string; timezone: string }) {
  const [asked] = useDebouncedValue(cron.trim().replace(/\s+/g, " "), 300);
  const preview = usePreview(asked, timezone);
  const words = cronInWords(asked);
  return (
    <div className="reason" role="status">
      {words && (
        <Text size="sm" fw={600}>
          {words.charAt(0).toUpperCase() + words.slice(1)}
        </Text>
      )}
      {preview.error && <Wrong error={preview.error} />}
      {preview.data && (
        <List size="sm" className="numbers" listStyleType="none">
          {preview.data.map((time) => (
            <List.Item key={time}>{inZone(time, timezone)}</List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

function Wrong({ error }: { error: unknown }) {
  const { message, hint } = asDataError(error);
  return (
    <Text size="sm" style={{ color: "var(--failed)" }}>
      {message} {hint}
    </Text>
  );
}
