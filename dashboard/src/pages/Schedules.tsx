import { Stack } from "@mantine/core";
import { IconCalendarTime } from "@tabler/icons-react";
import { Empty } from "../components/Empty";
import { FormDialogue } from "../components/forms/FormDialogue";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { useSchedules } from "../data/schedules";
import { reaches } from "../data/words";
import { OneSchedule } from "./schedules/OneSchedule";
import { NewSchedule } from "./schedules/ScheduleForm";
import { useProject } from "./useProject";

/** Runs that are requested by the clock: what, where, when next, and how the last ones went. */
export function Schedules() {
  const { project, organization } = useProject();
  const may = reaches(organization.role, "admin");
  const schedules = useSchedules(project.id);
  return (
    <Page
      title="Schedules"
      actions={
        <FormDialogue label="New schedule" may={may} size="lg">
          {(close) => <NewSchedule done={close} />}
        </FormDialogue>
      }
    >
      <Loaded query={schedules}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={IconCalendarTime} title="Nothing is scheduled">
              A schedule requests runs by the clock, in any time zone; a worker executes them, with
              the secrets of their environment. {may ? "Make one here" : "An admin makes one here"},
              or with <code>baton schedule set</code>.
            </Empty>
          ) : (
            <Stack gap="md">
              {all.map((schedule) => (
                <OneSchedule key={schedule.id} schedule={schedule} may={may} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}
