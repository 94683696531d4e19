import { defineSearchAttributeKey } from '@temporalio/common';
import { continueAsNew, proxyActivities, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import type { RunScheduleInput, RunScheduleStep, ScheduleActivities } from '../contracts/schedules.js';
import { SCHEDULE_BUSY_TRIES, SCHEDULE_RUN_TIMEOUT, SCHEDULE_WAIT, STEP_RETRY } from './steps/timeouts.js';

const schedules = proxyActivities<ScheduleActivities>({
  startToCloseTimeout: SCHEDULE_RUN_TIMEOUT,
  retry: STEP_RETRY,
});

setWorkflowOptions({ failureExceptionTypes: [Error] }, runSchedule);

/**
 * One time of a schedule: its POST is made as a job, and no more is waited for than an earlier one's end, where the schedule
 * has it so. What is posted is in Postgres, as is what became of earlier runs; neither comes here.
 */
export async function runSchedule(input: RunScheduleInput, dueAt: string = dueTime()): Promise<RunScheduleStep> {
  const { workflowId: name } = workflowInfo();
  for (let busy = 0; ;) {
    const step = await schedules.runSchedule({ ...input, name, dueAt, isLast: busy >= SCHEDULE_BUSY_TRIES });
    if (step.status === 'busy') {
      busy += 1;
      await sleep(step.afterMs);
    } else if (step.status === 'waiting') {
      await sleep(SCHEDULE_WAIT);
    } else {
      return step;
    }
    // Who waits for a job of a week fills its history.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof runSchedule>(input, dueAt);
  }
}

/** Set by the server alone. */
const scheduledStart = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/** The time that a schedule started this for, without jitter or delay; of what was triggered, the start. */
function dueTime(): string {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return (typedSearchAttributes.get(scheduledStart) ?? startTime).toISOString();
}
