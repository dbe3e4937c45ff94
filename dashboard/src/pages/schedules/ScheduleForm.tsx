import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Json } from "../../../types/database";
import { DescriptionField } from "../../components/forms/DescriptionField";
import { type Change, SavingForm } from "../../components/forms/SavingForm";
import { Problem } from "../../components/Loaded";
import { PriorityField } from "../../components/PriorityField";
import { NowhereToRun } from "../../components/StartRun";
import { SuitesAndTests } from "../../components/SuitesAndTests";
import { useEnvironments } from "../../data/environments";
import {
  type Schedule,
  type ScheduleFields,
  useCreateSchedule,
  useUpdateSchedule,
} from "../../data/schedules";
import type { Selection } from "../../lib/startRun";
import { ownZone } from "../../lib/times";
import { useProject } from "../useProject";
import { WhenFields } from "./WhenFields";

type SavedSelection = Partial<Pick<Selection, "only" | "tags">> & Record<string, Json>;

/** What is filled in. */
type Filled = Omit<ScheduleFields, "suites" | "selection"> & {
  readonly what: Selection;
  /** What of the selection has no field here; it stays. */
  readonly more: Record<string, Json>;
};

export function NewSchedule({ done }: { done: () => void }) {
  const { project } = useProject();
  const create = useCreateSchedule(project);
  const nothing: Filled = {
    name: "",
    description: "",
    cron: "0 3 * * *",
    timezone: ownZone(),
    environment_id: "",
    priority: "medium",
    what: { suites: [], only: [], tags: [] },
    more: {},
  };
  return <ScheduleForm given={nothing} change={create} done={done} button="Create" />;
}

export function ChangedSchedule({ schedule, done }: { schedule: Schedule; done: () => void }) {
  const update = useUpdateSchedule(schedule.id);
  const { only = [], tags = [], ...more } = schedule.selection as SavedSelection;
  const { name, description, cron, timezone, environment_id, priority } = schedule;
  const given: Filled = {
    ...{ name, description, cron, timezone, environment_id, priority },
    what: { suites: schedule.suites, only, tags },
    more,
  };
  return <ScheduleForm given={given} change={update} done={done} button="Save" />;
}

interface ScheduleFormProps {
  readonly given: Filled;
  readonly change: Change & { mutateAsync(fields: ScheduleFields): Promise<void> };
  readonly button: string;
  done(): void;
}

function ScheduleForm({ given, change, button, done }: ScheduleFormProps) {
  const { project } = useProject();
  const environments = useEnvironments(project.id);
  const [filled, setFilled] = useState(given);
  const fill = (fields: Partial<Filled>) => setFilled((before) => ({ ...before, ...fields }));
  const first = environments.data?.[0]?.id ?? "";
  const environmentId = filled.environment_id || first;
  if (environments.data === undefined && environments.error) {
    return <Problem error={environments.error} retry={() => void environments.refetch()} />;
  }
  if (environments.data?.length === 0) return <NowhereToRun projectId={project.id} />;
  return (
    <SavingForm
      change={change}
      submit={() => change.mutateAsync(fieldsOf({ ...filled, environment_id: environmentId }))}
      done={done}
      button={button}
      disabled={environmentId === ""}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={200}
        value={filled.name}
        onChange={(event) => fill({ name: event.currentTarget.value })}
      />
      <WhenFields cron={filled.cron} timezone={filled.timezone} change={fill} />
      <Select
        label="Environment"
        description="Its secrets are used, never a person's credentials."
        data={environments.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={environmentId}
        onChange={(next) => next && fill({ environment_id: next })}
        allowDeselect={false}
        required
      />
      <SuitesAndTests
        projectId={project.id}
        value={filled.what}
        change={(what) => fill({ what })}
      />
      <PriorityField value={filled.priority} change={(priority) => fill({ priority })} />
      <DescriptionField value={filled.description} set={(description) => fill({ description })} />
    </SavingForm>
  );
}

function fieldsOf({ what, more, cron, name, ...fields }: Filled): ScheduleFields {
  const { suites, only, tags } = what;
  const selection = { ...more, ...(only.length > 0 && { only }), ...(tags.length > 0 && { tags }) };
  return {
    ...fields,
    name: name.trim(),
    cron: cron.trim().replace(/\s+/g, " "),
    suites,
    selection,
  };
}
