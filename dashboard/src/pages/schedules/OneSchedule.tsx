import { Alert, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconClockExclamation, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { Facts } from "../../components/Facts";
import { Confirmed } from "../../components/forms/Confirmed";
import { FormDialogue } from "../../components/forms/FormDialogue";
import { Guarded } from "../../components/Guarded";
import { Problem } from "../../components/Loaded";
import { StartRun } from "../../components/StartRun";
import { type Schedule, useRemoveSchedule, useUpdateSchedule } from "../../data/schedules";
import { cronInWords } from "../../lib/cron";
import { inZone, until } from "../../lib/times";
import { useProject } from "../useProject";
import { LastRuns } from "./LastRuns";
import { ChangedSchedule } from "./ScheduleForm";

/** One schedule: what it asks for, and when; whoever may switches it, changes it or removes it. */
export function OneSchedule({ schedule, may }: { schedule: Schedule; may: boolean }) {
  return (
    <section className="card" style={{ padding: 16 }} aria-label={schedule.name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2} size="h4">
              {schedule.name}
            </Title>
            {!schedule.enabled && (
              <Badge variant="default" tt="none">
                paused
              </Badge>
            )}
          </Group>
          <Actions schedule={schedule} may={may} />
        </Group>
        {schedule.description && <Text size="sm">{schedule.description}</Text>}
        <Facts
          facts={{
            When: <When schedule={schedule} />,
            "Next time": <NextTime schedule={schedule} />,
            What: whatOf(schedule),
            Environment: schedule.environments.name,
            Priority: schedule.priority === "medium" ? null : schedule.priority,
          }}
        />
        {schedule.last_problem && (
          <Alert icon={<IconClockExclamation />} title="The last time was left out">
            {schedule.last_problem}
          </Alert>
        )}
        <LastRuns schedule={schedule} />
      </Stack>
    </section>
  );
}

function When({ schedule }: { schedule: Schedule }) {
  return (
    <>
      {cronInWords(schedule.cron) ?? schedule.cron}{" "}
      <Text span size="xs" c="dimmed">
        <code>{schedule.cron}</code> {schedule.timezone}
      </Text>
    </>
  );
}

function NextTime({ schedule: { next_run_at: next, timezone } }: { schedule: Schedule }) {
  if (next === null) return <>not while it is paused</>;
  return (
    <time dateTime={next} title={inZone(next, timezone)}>
      {until(next)}
      <Text span size="xs" c="dimmed">
        {" "}
        {inZone(next, timezone)}
      </Text>
    </time>
  );
}

function whatOf({ suites, selection }: Schedule): string {
  const { only = [], tags = [] } = selection as { only?: string[]; tags?: string[] };
  const words = [...suites, ...only, ...tags.map((tag) => `tag ${tag}`)];
  return words.join(", ") || "all suites";
}

/** Without waiting for its time: by hand, as whoever presses it. */
function RunNow({ schedule }: { schedule: Schedule }) {
  const { project } = useProject();
  const { only = [], tags = [] } = schedule.selection as { only?: string[]; tags?: string[] };
  return (
    <StartRun
      projectId={project.id}
      suites={schedule.suites}
      only={only}
      tags={tags}
      environment={schedule.environments.name}
      label="Run now"
      variant="default"
      isSmall
    />
  );
}

function Actions({ schedule, may }: { schedule: Schedule; may: boolean }) {
  const change = useUpdateSchedule(schedule.id);
  const remove = useRemoveSchedule(schedule.id);
  const word = schedule.enabled ? "Pause" : "Resume";
  return (
    <Group gap="xs">
      {change.error && <Problem error={change.error} />}
      <Guarded may={may} needed="admin">
        <Button
          size="xs"
          variant="default"
          disabled={!may}
          loading={change.isPending}
          leftSection={
            schedule.enabled ? <IconPlayerPause size={14} /> : <IconPlayerPlay size={14} />
          }
          onClick={() => change.mutate({ enabled: !schedule.enabled })}
          aria-label={`${word} ${schedule.name}`}
        >
          {word}
        </Button>
      </Guarded>
      <RunNow schedule={schedule} />
      {may && (
        <>
          <FormDialogue
            label={`Change ${schedule.name}`}
            size="lg"
            trigger={(open) => (
              <Button
                size="xs"
                variant="default"
                onClick={open}
                aria-label={`Change ${schedule.name}`}
              >
                Change
              </Button>
            )}
          >
            {(close) => <ChangedSchedule schedule={schedule} done={close} />}
          </FormDialogue>
          <Confirmed
            question={`Remove ${schedule.name}?`}
            button="Remove"
            change={remove}
            act={() => remove.mutateAsync(undefined)}
            trigger={(open) => (
              <Button
                size="xs"
                variant="default"
                onClick={open}
                aria-label={`Remove ${schedule.name}`}
              >
                Remove
              </Button>
            )}
          >
            It is gone for good; the runs that it has requested stay.
          </Confirmed>
        </>
      )}
    </Group>
  );
}
