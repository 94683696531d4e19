import { z } from 'zod';
import { FILE_PURPOSES } from '../../../workflows/domain/file-purposes.js';
import { isObjectId } from '../../http/object-id.js';

const LIST_MAX = 10_000;
const UPLOAD_BYTES_MAX = 8 * 1024 ** 3;
const PARTS_MAX = 10_000;

const purpose = z.enum(FILE_PURPOSES);
/** Of files, parts and uploads; nothing else is worth a look into the database. */
const id = z.string().refine(isObjectId, 'is no id of ours');
const filename = z.string().min(1).max(512);
/** Seconds from the file's creation to its end; OpenAI's bounds. */
const expiresAfter = z.strictObject({
  anchor: z.literal('created_at'),
  seconds: z.coerce.number().int().min(3_600).max(2_592_000),
});

/** The fields of a form besides its file, whose values are text. */
export const fileFieldsSchema = z.strictObject({ purpose, expires_after: expiresAfter.optional() });

export const filePageSchema = z.looseObject({
  after: id.optional(),
  limit: z.coerce.number().int().min(1).max(LIST_MAX).default(LIST_MAX),
  order: z.enum(['asc', 'desc']).default('desc'),
  purpose: z
    .string()
    .regex(/^[a-z_-]{1,64}$/, 'is no purpose')
    .optional(),
});

export const uploadSchema = z.strictObject({
  filename,
  purpose,
  bytes: z.number().int().min(1).max(UPLOAD_BYTES_MAX),
  mime_type: z.string().regex(/^[\x20-\x7e]{1,255}$/, 'is no media type'),
  expires_after: expiresAfter.optional(),
});

export const completeUploadSchema = z.strictObject({
  part_ids: z.array(id).min(1).max(PARTS_MAX),
  md5: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, 'must be 32 hexadecimal digits')
    .optional(),
});
