import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { jobEventsSchema, jobPageSchema } from '../dialects/jobs/job-query.schema.js';
import {
  chatChunkSchema,
  chatCompletionSchema,
  messageEventSchema,
  messageSchema,
  responseEventSchema,
  responseSchema,
  textCompletionSchema,
} from './answer-schemas.js';
import { costHeaders } from './inference-parts.js';
import { jobEventSchema, jobListSchema, jobSchema } from './job-schemas.js';
import { keyErrors } from './key-errors.js';
import type { Operation } from './operation.js';

const aJob = {
  tag: 'Jobs',
  key: 'inference',
  path: '/v1/jobs/{id}',
  params: z.object({ id: z.string().describe("The job's `id`.") }),
} as const;
const jobErrors: readonly GatewayErrorCode[] = [...keyErrors, 'job_not_found'];
const json = (schema: z.ZodType) => ({ 'application/json': schema });

/** What becomes of requests that came with `Prefer: respond-async`. */
export const jobOperations: readonly Operation[] = [
  {
    ...{ method: 'GET', path: '/v1/jobs', id: 'list-jobs', tag: 'Jobs', key: 'inference' },
    summary: "The project's jobs, newest first.",
    query: jobPageSchema,
    answers: [{ status: 200, description: 'A page of jobs.', content: json(jobListSchema) }],
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...aJob,
    ...{ method: 'GET', id: 'retrieve-job', summary: 'How a job stands, and what it cost.' },
    answers: [{ status: 200, description: 'The job.', content: json(jobSchema) }],
    errors: jobErrors,
  },
  {
    ...aJob,
    ...{ method: 'GET', path: '/v1/jobs/{id}/events', id: 'stream-job-events' },
    summary: 'What happens to a job, as it happens; ends with its end.',
    query: jobEventsSchema,
    requestHeaders: [{ name: 'Last-Event-ID', description: 'The last `id:` that came.', schema: z.string() }],
    answers: [{ status: 200, description: 'Its events.', content: { 'text/event-stream': jobEventSchema } }],
    errors: [...jobErrors, 'invalid_request'],
  },
  {
    ...aJob,
    ...{ method: 'GET', path: '/v1/jobs/{id}/result', id: 'retrieve-job-result' },
    summary: "A job's answer, as it would have been: its status, form and headers.",
    description: 'Of a job with `stream: true` its stream, which is followed while it runs.',
    answers: [
      {
        status: 200,
        description: 'The answer, in the form that the request was made in.',
        content: {
          ...json(z.union([chatCompletionSchema, textCompletionSchema, responseSchema, messageSchema])),
          'text/event-stream': z.union([
            chatChunkSchema,
            textCompletionSchema,
            responseEventSchema,
            messageEventSchema,
          ]),
        },
        headers: costHeaders,
      },
    ],
    errors: [
      ...jobErrors,
      'job_unfinished',
      'job_result_expired',
      'invalid_request',
      'abandoned',
      'insufficient_funds',
    ],
    vendorFailures: true,
  },
  {
    ...aJob,
    ...{ method: 'POST', path: '/v1/jobs/{id}/cancel', id: 'cancel-job' },
    summary: 'End a job that still runs; of one that has ended, what it came to.',
    answers: [{ status: 200, description: 'The job as it is now.', content: json(jobSchema) }],
    errors: [...jobErrors, 'invalid_json', 'body_too_large', 'unsupported_media_type'],
  },
];
