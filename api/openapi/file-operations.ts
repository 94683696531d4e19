import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import {
  completeUploadSchema,
  fileFieldsSchema,
  filePageSchema,
  uploadSchema,
} from '../dialects/shared/file-requests.schema.js';
import { signedQuerySchema } from '../objects/object-routes.js';
import {
  deletedFileSchema,
  deletedObjectSchema,
  fileMetadataSchema,
  filePageAnswerSchema,
  fileSchema,
  objectSchema,
  partSchema,
  uploadAnswerSchema,
} from './file-schemas.js';
import { keyErrors } from './key-errors.js';
import type { DescribedAnswer, Operation } from './operation.js';

const about = { tag: 'Files', key: 'inference' } as const;
const params = z.object({ id: z.string() });
const bytes = z.string().meta({ format: 'binary', contentMediaType: 'application/octet-stream' });

const json = (description: string, schema: z.ZodType): DescribedAnswer => ({
  status: 200,
  description,
  content: { 'application/json': schema },
});
const content: readonly DescribedAnswer[] = [
  { status: 200, description: 'The bytes, of the type that they were found to be.', content: { '*/*': bytes } },
  { status: 206, description: 'The range of them that was asked for.', content: { '*/*': bytes } },
];
const range = {
  name: 'range',
  description: 'One range of bytes; where it is something else the whole is the answer.',
  schema: z.string(),
};
const admission: readonly GatewayErrorCode[] = ['too_many_in_flight', 'shutting_down'];
const bodyErrors: readonly GatewayErrorCode[] = [
  'invalid_json',
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
];
const formErrors: readonly GatewayErrorCode[] = [
  ...keyErrors,
  ...admission,
  'invalid_request',
  'empty_file',
  'file_too_large',
  'unsupported_media_type',
];
const fileErrors: readonly GatewayErrorCode[] = [...keyErrors, 'file_not_found'];
const uploadErrors: readonly GatewayErrorCode[] = ['upload_not_found', 'upload_not_open'];

/** Files that callers send, whole or in parts, and the objects that these and the outputs of jobs are. */
export const fileOperations: readonly Operation[] = [
  {
    ...about,
    ...{ method: 'POST', path: '/v1/files', id: 'create-file', summary: 'Store a file.' },
    description: 'With `anthropic-version`, here and below, in the shape of Anthropic’s Files API.',
    form: fileFieldsSchema.extend({ file: bytes }),
    answers: [json('The file.', z.union([fileSchema, fileMetadataSchema]))],
    errors: formErrors,
  },
  {
    ...about,
    ...{ method: 'GET', path: '/v1/files', id: 'list-files', summary: 'List the files of the project.' },
    query: filePageSchema,
    answers: [json('A page of files.', filePageAnswerSchema)],
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...about,
    ...{ method: 'GET', path: '/v1/files/{id}', id: 'retrieve-file', summary: 'What a file is.' },
    params,
    answers: [json('The file.', z.union([fileSchema, fileMetadataSchema]))],
    errors: fileErrors,
  },
  {
    ...about,
    ...{ method: 'GET', path: '/v1/files/{id}/content', id: 'download-file', summary: 'The bytes of a file.' },
    params,
    requestHeaders: [range],
    answers: content,
    errors: [...fileErrors, 'range_not_satisfiable'],
  },
  {
    ...about,
    ...{ method: 'DELETE', path: '/v1/files/{id}', id: 'delete-file', summary: 'Destroy a file, its key first.' },
    params,
    answers: [json('It is gone.', deletedFileSchema)],
    errors: fileErrors,
  },
  {
    ...about,
    ...{ method: 'POST', path: '/v1/uploads', id: 'create-upload', summary: 'Begin a file that comes in parts.' },
    description: 'It is open for an hour. Parts are at most 64 MiB each, and 8 GiB together.',
    body: uploadSchema,
    answers: [json('The upload.', uploadAnswerSchema)],
    errors: [...keyErrors, ...admission, ...bodyErrors],
  },
  {
    ...about,
    ...{ method: 'POST', path: '/v1/uploads/{id}/parts', id: 'add-upload-part', summary: 'Add a part.' },
    description: 'Parts may come side by side, in any order.',
    params,
    form: z.strictObject({ data: bytes }),
    answers: [json('The part.', partSchema)],
    errors: [...formErrors, ...uploadErrors],
  },
  {
    ...about,
    ...{ method: 'POST', path: '/v1/uploads/{id}/complete', id: 'complete-upload' },
    summary: 'Make the file of its parts, in the order that is named.',
    params,
    body: completeUploadSchema,
    answers: [json('The upload, with its file.', uploadAnswerSchema)],
    errors: [...keyErrors, ...admission, ...bodyErrors, ...uploadErrors],
  },
  {
    ...about,
    ...{ method: 'POST', path: '/v1/uploads/{id}/cancel', id: 'cancel-upload' },
    summary: 'End an upload, and destroy its parts.',
    params,
    answers: [json('The upload.', uploadAnswerSchema)],
    errors: [...keyErrors, ...admission, ...bodyErrors, ...uploadErrors],
  },
  {
    ...about,
    ...{ method: 'GET', path: '/v1/objects/{id}', id: 'retrieve-object' },
    summary: 'What a file or an output is, and a URL that gives it to whoever has it.',
    params,
    answers: [json('The object.', objectSchema)],
    errors: [...keyErrors, 'object_not_found'],
  },
  {
    ...about,
    ...{ method: 'DELETE', path: '/v1/objects/{id}', id: 'delete-object' },
    summary: 'Destroy a file or an output, its key first.',
    params,
    answers: [json('It is gone.', deletedObjectSchema)],
    errors: [...keyErrors, 'object_not_found'],
  },
  {
    ...{ tag: 'Files', key: 'none', method: 'GET', path: '/v1/objects/{id}/content', id: 'read-object' },
    summary: 'The bytes of an object, by a URL that was signed for it.',
    params,
    query: signedQuerySchema,
    requestHeaders: [range],
    answers: content,
    errors: [
      'invalid_request',
      'url_not_valid',
      'object_not_found',
      'range_not_satisfiable',
      'unavailable',
      'internal_error',
    ],
  },
];
