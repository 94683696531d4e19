import { z } from 'zod';
import { scheduleChangeSchema, schedulePageSchema, scheduleSchema } from '../dialects/schedules/schedule.schema.js';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { keyErrors } from './key-errors.js';
import type { Operation } from './operation.js';
import {
  scheduleDeletedSchema,
  scheduleListSchema,
  scheduleObjectSchema,
  scheduleRunListSchema,
  scheduleRunSchema,
} from './schedule-schemas.js';

const ofSchedules = { tag: 'Schedules', key: 'inference' } as const;
const one = {
  ...ofSchedules,
  path: '/v1/schedules/{id}',
  params: z.object({ id: z.string().describe("The schedule's `id`.") }),
} as const;
const bodyErrors = ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type'] as const;
const oneErrors: readonly GatewayErrorCode[] = [...keyErrors, 'schedule_not_found'];
const json = (schema: z.ZodType) => ({ 'application/json': schema });

/** POSTs that are made again and again. */
export const scheduleOperations: readonly Operation[] = [
  {
    ...ofSchedules,
    ...{ method: 'POST', path: '/v1/schedules', id: 'create-schedule' },
    summary: 'Have a POST made again and again, each time as a job.',
    description:
      'By `cron` or by `every`. The POST is read at once as it will be at each run, and what is wrong with it is told below `body` and `headers`.',
    body: scheduleSchema,
    answers: [{ status: 200, description: 'The schedule.', content: json(scheduleObjectSchema) }],
    errors: [
      ...keyErrors,
      ...bodyErrors,
      ...([
        'too_many_schedules',
        'job_not_kept',
        'rate_limit_exceeded',
        'too_many_in_flight',
        'shutting_down',
      ] as const),
    ],
  },
  {
    ...ofSchedules,
    ...{ method: 'GET', path: '/v1/schedules', id: 'list-schedules' },
    summary: "The project's schedules, newest first.",
    query: schedulePageSchema,
    answers: [{ status: 200, description: 'A page of schedules.', content: json(scheduleListSchema) }],
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...one,
    ...{ method: 'GET', id: 'retrieve-schedule', summary: 'A schedule, with what it posts.' },
    answers: [{ status: 200, description: 'The schedule.', content: json(scheduleObjectSchema) }],
    errors: oneErrors,
  },
  {
    ...one,
    ...{ method: 'PATCH', id: 'modify-schedule', summary: 'Pause a schedule, have it go on, or give it other times.' },
    description: 'What is posted stays: make another schedule for another POST. `paused: false` counts refusals anew.',
    body: scheduleChangeSchema,
    answers: [{ status: 200, description: 'The schedule as it is now.', content: json(scheduleObjectSchema) }],
    errors: [...oneErrors, ...bodyErrors],
  },
  {
    ...one,
    ...{ method: 'DELETE', id: 'delete-schedule', summary: 'End a schedule, and destroy what it posts.' },
    description: 'Jobs that it has started go on.',
    answers: [{ status: 200, description: 'It is deleted.', content: json(scheduleDeletedSchema) }],
    errors: [...oneErrors, ...bodyErrors],
  },
  {
    ...one,
    ...{ method: 'POST', path: '/v1/schedules/{id}/trigger', id: 'trigger-schedule' },
    summary: 'One run more, now, also while the schedule is paused.',
    answers: [{ status: 202, description: 'The run.', content: json(scheduleRunSchema) }],
    errors: [...oneErrors, ...bodyErrors],
  },
  {
    ...one,
    ...{ method: 'GET', path: '/v1/schedules/{id}/runs', id: 'list-schedule-runs' },
    summary: "A schedule's runs of the last 30 days, newest first.",
    query: schedulePageSchema,
    answers: [{ status: 200, description: 'A page of runs.', content: json(scheduleRunListSchema) }],
    errors: [...oneErrors, 'invalid_request'],
  },
];
