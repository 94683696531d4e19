import { z } from 'zod';
import { FILE_PURPOSES } from '../../workflows/domain/file-purposes.js';

// What `/v1/files`, `/v1/uploads` and `/v1/objects` answer with.

const unixSeconds = z.int().min(0);
const time = z.string().describe('An RFC 3339 time.');

export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal('file'),
    bytes: z.int().min(1),
    created_at: unixSeconds,
    expires_at: unixSeconds,
    filename: z.string(),
    purpose: z.enum([...FILE_PURPOSES, 'batch_output']),
    status: z.literal('processed'),
    status_details: z.null(),
  })
  .meta({ id: 'File' });

/** Anthropic's shape of the same, for clients that send `anthropic-version`. */
export const fileMetadataSchema = z
  .object({
    type: z.literal('file'),
    id: z.string(),
    filename: z.string(),
    mime_type: z.string(),
    size_bytes: z.int().min(1),
    created_at: time,
    downloadable: z.literal(true),
  })
  .meta({ id: 'FileMetadata' });

const cursors = { first_id: z.string().nullable(), last_id: z.string().nullable(), has_more: z.boolean() };

export const filePageAnswerSchema = z.union([
  z.object({ object: z.literal('list'), data: z.array(fileSchema), ...cursors }),
  z.object({ data: z.array(fileMetadataSchema), ...cursors }),
]);

export const deletedFileSchema = z.union([
  z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) }),
  z.object({ id: z.string(), type: z.literal('file_deleted') }),
]);

export const uploadAnswerSchema = z.object({
  id: z.string(),
  object: z.literal('upload'),
  bytes: z.int().min(1),
  created_at: unixSeconds,
  expires_at: unixSeconds,
  filename: z.string(),
  purpose: z.enum(FILE_PURPOSES),
  status: z.enum(['pending', 'completed', 'cancelled', 'expired']),
  file: fileSchema.nullable(),
});

export const partSchema = z.object({
  id: z.string(),
  object: z.literal('upload.part'),
  created_at: unixSeconds,
  upload_id: z.string(),
});

export const objectSchema = z.object({
  id: z.string(),
  object: z.literal('object'),
  kind: z.enum(['output', 'file']),
  bytes: z.int().min(1),
  media_type: z.string(),
  sha256: z.string(),
  filename: z.string().nullable(),
  request_id: z.string().nullable(),
  created_at: time,
  expires_at: time,
  url: z.string().describe('Gives the bytes to whoever has it, for an hour at most.'),
});

export const deletedObjectSchema = z.object({ id: z.string(), object: z.literal('object'), deleted: z.literal(true) });
