import {
  type Client,
  type ScheduleOptions,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  ServiceError,
} from '@temporalio/client';
import type { RunScheduleInput, Schedule, ScheduleClock } from '../workflows/contracts/schedules.js';
import { refuse } from '../workflows/domain/refusal-error.js';
import type { runSchedule } from '../workflows/flows/run-schedule.js';
import { startUnlessThere } from './temporal-calls.js';

/** A caller waits for this, and a row is locked meanwhile. */
const deadlineMs = 10_000;

const invalidArgument = 3;

/** The times of schedules, kept by Temporal under the schedules' own ids. What is to be done about them it does not know. */
export function createScheduleClock(client: Client, taskQueue: string): ScheduleClock {
  const inTime = <T>(ask: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + deadlineMs, ask);
  return {
    keep: async (schedule) => {
      try {
        await inTime(() => keep(client, toOptions(schedule, taskQueue)));
      } catch (error) {
        throw isInvalid(error) ? unreadable(schedule) : error;
      }
    },
    remove: async (id) => {
      try {
        await inTime(() => client.schedule.getHandle(id).delete());
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      }
    },
    start: async ({ name, ...input }) => {
      const start = () =>
        client.workflow.start<typeof runSchedule>('runSchedule', { workflowId: name, taskQueue, args: [input] });
      await startUnlessThere(client, start);
    },
    nextRuns: async (id) => {
      try {
        const { info, state } = await inTime(() => client.schedule.getHandle(id).describe());
        return state.paused ? [] : info.nextActionTimes.map((at) => at.toISOString());
      } catch {
        // A caller who asks how a schedule stands is told so while Temporal is away, too.
        return [];
      }
    },
  };
}

async function keep(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { action, spec, policies, state } = options;
    await client.schedule.getHandle(options.scheduleId).update((before) => ({
      ...before,
      ...{ action: { ...action, args: action.args ?? [] }, spec, policies },
      state: { ...state },
    }));
  }
}

function toOptions(schedule: Schedule, taskQueue: string): ScheduleOptions {
  const { id: scheduleId, organizationId, version } = schedule;
  const input: RunScheduleInput = { scheduleId, organizationId, version, cause: 'time' };
  return {
    scheduleId,
    spec: toSpec(schedule),
    // Temporal puts the time behind the workflow's id, which makes it the same for each try of the same time.
    action: {
      type: 'startWorkflow',
      workflowType: 'runSchedule',
      workflowId: `schedule:${scheduleId}`,
      taskQueue,
      args: [input],
    },
    // A run's workflow ends when its job has begun; whether that is over, Postgres knows.
    policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL, catchupWindow: schedule.catchUpMs },
    state: { paused: schedule.status !== 'active' },
  };
}

function toSpec({ cron, everyMs, timezone, startAt, endAt, jitterMs }: Schedule): ScheduleOptions['spec'] {
  const offset = everyMs === undefined || startAt === undefined ? 0 : Date.parse(startAt) % everyMs;
  return {
    ...(cron !== undefined && { cronExpressions: [cron] }),
    ...(everyMs !== undefined && { intervals: [{ every: everyMs, offset }] }),
    timezone,
    ...(startAt !== undefined && { startAt: new Date(startAt) }),
    ...(endAt !== undefined && { endAt: new Date(endAt) }),
    jitter: jitterMs,
  };
}

function isInvalid(error: unknown): boolean {
  const cause = error instanceof ServiceError ? (error.cause as { readonly code?: unknown } | undefined) : error;
  return (cause as { readonly code?: unknown } | undefined)?.code === invalidArgument;
}

/** Its own words are about fields that nobody here has heard of. */
function unreadable({ cron }: Schedule): Error {
  const [param, what] = cron === undefined ? ['timezone', 'time zone'] : ['cron', 'cron expression, or the time zone,'];
  return refuse('invalid_request', `Invalid '${param}': Temporal cannot read the ${what} of this schedule.`, { param });
}
