import { guard } from '../activities/guard.js';
import { requestCancel } from '../activities/requests/request-directory.js';
import { createRunSchedule } from '../activities/schedules/run-schedule.js';
import { createSchedules } from '../activities/schedules/schedules.js';
import type { MasterKeys } from '../activities/storage/envelope.js';
import type { Config } from '../infra/runtime/config.js';
import type { RequestStarter } from '../workflows/contracts/ports.js';
import type { ScheduleActivities, Schedules } from '../workflows/contracts/schedules.js';
import type { Submissions } from '../workflows/contracts/submissions.js';
import type { Connections } from './connect.js';
import { masterKeysFor } from './derived-key.js';
import { createScheduleClock } from './schedule-clock.js';

export interface ComposedSchedules {
  readonly schedules: Schedules;
  readonly activities: ScheduleActivities;
  readonly masterKeys: MasterKeys;
}

/** Schedules for the API, and what their runs do. */
export function composeSchedules(
  config: Config,
  { database, client }: Connections,
  {
    submissions,
    starter,
    onError,
  }: {
    readonly submissions: Submissions;
    readonly starter: Pick<RequestStarter, 'cancel'>;
    readonly onError: (error: unknown) => void;
  },
): ComposedSchedules {
  const masterKeys = masterKeysFor(config, 'schedules');
  const clock = createScheduleClock(client, config.temporal.taskQueue);
  const cancelJob = async (jobId: string): Promise<void> => {
    await requestCancel(database, jobId);
    await starter.cancel(jobId).catch(onError);
  };
  const runSchedule = createRunSchedule({ database, clock, masterKeys, submissions, cancelJob, onError });
  return {
    schedules: createSchedules({ database, clock, masterKeys, perProject: config.jobs.schedulesPerProject }),
    activities: { runSchedule: guard(runSchedule, onError) },
    masterKeys,
  };
}
