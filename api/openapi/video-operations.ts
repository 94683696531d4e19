import { z } from 'zod';
import { videoContentSchema, videoPageSchema } from '../dialects/openai-videos/video-query.schema.js';
import { videoRequestSchema } from '../dialects/openai-videos/video-request.schema.js';
import { formErrors, idempotencyKey, routeHeaders } from './inference-parts.js';
import { keyErrors } from './key-errors.js';
import type { Operation } from './operation.js';

const time = z.int().describe('Seconds since 1970.');

const video = z
  .looseObject({
    id: z.string(),
    object: z.literal('video'),
    model: z.string().nullable(),
    status: z.enum(['queued', 'in_progress', 'completed', 'failed']),
    progress: z.int().min(0).max(100),
    created_at: time,
    completed_at: time.nullable(),
    expires_at: time.nullable(),
    prompt: z.string(),
    seconds: z.string().nullable(),
    size: z.string().nullable(),
    error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'Video' });

const id = z.object({ id: z.string() });
const readErrors = [...keyErrors, 'job_not_found'] as const;

/** `/v1/videos`. */
export const videoOperations: readonly Operation[] = [
  {
    ...{ method: 'POST', path: '/v1/videos', id: 'create-video', tag: 'Videos', key: 'inference' },
    summary: 'Have a video made, as a job.',
    description:
      'In JSON, or as a form with the picture that it begins with in `input_reference`. `GET /v1/jobs/{id}` is the same job; its end is told to webhooks.',
    requestHeaders: [idempotencyKey, ...routeHeaders],
    body: videoRequestSchema.meta({ id: 'VideoRequest' }),
    answers: [{ status: 200, description: 'The video, as it is now.', content: { 'application/json': video } }],
    errors: [...formErrors, 'job_not_kept', 'file_not_found'],
    vendorFailures: true,
  },
  {
    ...{ method: 'GET', path: '/v1/videos', id: 'list-videos', tag: 'Videos', key: 'inference' },
    summary: 'The videos of the project, the newest first.',
    query: videoPageSchema,
    answers: [
      {
        status: 200,
        description: 'A page of them.',
        content: { 'application/json': z.looseObject({ object: z.literal('list'), data: z.array(video) }) },
      },
    ],
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...{ method: 'GET', path: '/v1/videos/{id}', id: 'get-video', tag: 'Videos', key: 'inference', params: id },
    summary: 'How a video stands.',
    answers: [{ status: 200, description: 'The video.', content: { 'application/json': video } }],
    errors: [...readErrors],
  },
  {
    ...{ method: 'GET', path: '/v1/videos/{id}/content', id: 'get-video-content', tag: 'Videos', key: 'inference' },
    params: id,
    query: videoContentSchema,
    summary: 'The video itself, or a range of its bytes.',
    answers: [
      { status: 200, description: 'All of it.', content: { 'video/mp4': z.string() } },
      { status: 206, description: 'The range that was asked for.', content: { 'video/mp4': z.string() } },
    ],
    errors: [...readErrors, 'invalid_request', 'job_unfinished', 'object_not_found'],
  },
  {
    ...{ method: 'DELETE', path: '/v1/videos/{id}', id: 'delete-video', tag: 'Videos', key: 'inference', params: id },
    summary: 'Destroy a video and what it was asked for by; one that is still made is stopped.',
    answers: [
      {
        status: 200,
        description: 'It is gone.',
        content: { 'application/json': z.looseObject({ id: z.string(), deleted: z.literal(true) }) },
      },
    ],
    errors: [...readErrors],
  },
];
