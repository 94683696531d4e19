import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { Page } from '../../workflows/contracts/access.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { LateFields, ObjectOwner, ObjectQuery, StoredObject } from '../../workflows/contracts/objects.js';
import type { AppDependencies, Log } from '../dependencies.js';
import { createAdmission } from '../http/admission.js';
import { callerOf } from '../http/authenticate.js';
import { createErrorHandler } from '../http/error-handler.js';
import { registerForms, withForm } from '../http/form.js';
import type { InferenceHooks } from '../http/inference-hooks.js';
import { isObjectId } from '../http/object-id.js';
import { readAsked, readAskedQuery } from '../http/read-asked.js';
import { refused } from '../http/refused-error.js';
import { sendObject } from '../http/send-object.js';
import { renderRefusal as renderMessagesRefusal } from './anthropic-messages/render-error.js';
import {
  readFilePage,
  renderDeletedFile as renderFileDeleted,
  renderFileMetadata,
  renderFileMetadataPage,
} from './anthropic-messages/render-files.js';
import { renderDeletedFile, renderFile, renderFilePage, renderPart, renderUpload } from './openai/render-files.js';
import { completeUploadSchema, fileFieldsSchema, filePageSchema, uploadSchema } from './shared/file-requests.schema.js';
import { renderRefusal } from './shared/render-openai-error.js';

/** Each holds up to two parts of 8 MiB on their way to S3, whatever the size of its file. */
const UPLOADS_AT_ONCE = 32;
const PART_BYTES_MAX = 64 * 1024 * 1024;

interface Route {
  Params: { readonly id: string };
}

/** How a dialect takes and shows files at the addresses that both share. */
interface FilesDialect {
  readonly fields: (form: { readonly [name: string]: unknown }) => LateFields;
  readonly query: (query: unknown) => ObjectQuery;
  readonly one: (file: StoredObject) => JsonObject;
  readonly page: (page: Page<StoredObject>) => JsonObject;
  readonly deleted: (id: string) => JsonObject;
}

const OPENAI: FilesDialect = {
  fields: (form) => {
    const { purpose, expires_after: after } = readAskedQuery(fileFieldsSchema, form);
    return { purpose, ...(after && { expiresAt: new Date(Date.now() + after.seconds * 1_000).toISOString() }) };
  },
  query: (query) => {
    const { after, limit, order, purpose } = readAskedQuery(filePageSchema, query);
    return { limit, order, ...(after !== undefined && { after }), ...(purpose !== undefined && { purpose }) };
  },
  one: renderFile,
  page: renderFilePage,
  deleted: renderDeletedFile,
};
const ANTHROPIC: FilesDialect = {
  fields: () => ({ purpose: 'user_data' }),
  query: readFilePage,
  one: renderFileMetadata,
  page: renderFileMetadataPage,
  deleted: renderFileDeleted,
};

/** `/v1/files`, which clients of both vendors call, each in its own shape, and OpenAI's `/v1/uploads`. */
export function registerFilesRoutes(app: FastifyInstance, deps: AppDependencies, [authenticate]: InferenceHooks): void {
  const admit = createAdmission({ maxInFlight: UPLOADS_AT_ONCE, isDraining: deps.isDraining });
  const config = { kind: 'files', scope: 'files' } as const;
  const [reading, writing] = [
    { config, onRequest: authenticate },
    { config, onRequest: [authenticate, admit] },
  ];
  app.register((scope, _options, done) => {
    registerForms(scope);
    scope.setErrorHandler(createFilesErrorHandler(deps.log));
    scope.post('/v1/files', writing, (request) => createFile(deps, request));
    scope.get('/v1/files', reading, async (request) => {
      const dialect = dialectOf(request);
      return dialect.page(await deps.objects.list(callerOf(request).projectId, dialect.query(request.query)));
    });
    scope.get<Route>('/v1/files/:id', reading, async (request) =>
      dialectOf(request).one(await findFile(deps, request)),
    );
    scope.get<Route>('/v1/files/:id/content', reading, async (request, reply) =>
      sendObject(contentOf(deps), await findFile(deps, request), request, reply),
    );
    scope.delete<Route>('/v1/files/:id', reading, async (request) => {
      const { projectId, id } = await findFile(deps, request);
      if (!(await deps.objects.destroy(projectId, id))) throw refused('file_not_found');
      return dialectOf(request).deleted(id);
    });
    registerUploads(scope, deps, { config, onRequest: [authenticate, admit] });
    done();
  });
}

function registerUploads(scope: FastifyInstance, { uploads }: AppDependencies, options: RouteShorthandOptions): void {
  scope.post('/v1/uploads', options, async (request) => {
    const {
      purpose,
      filename,
      bytes,
      mime_type: mediaType,
      expires_after: after,
    } = readAsked(uploadSchema, request.body);
    const upload = { ...ownerOf(request), purpose, filename, bytes, mediaType };
    return renderUpload(await uploads.create({ ...upload, ...(after && { fileSeconds: after.seconds }) }));
  });
  scope.post<Route>('/v1/uploads/:id/parts', options, (request) =>
    withForm(request, { fileField: 'data', maxBytes: PART_BYTES_MAX }, async ({ file }) =>
      renderPart(await uploads.addPart(ownerOf(request), uploadId(request), file.bytes)),
    ),
  );
  scope.post<Route>('/v1/uploads/:id/complete', options, async (request) => {
    const { part_ids: partIds, md5 } = readAsked(completeUploadSchema, request.body);
    return renderUpload(await uploads.complete(ownerOf(request), uploadId(request), partIds, md5));
  });
  scope.post<Route>('/v1/uploads/:id/cancel', options, async (request) =>
    renderUpload(await uploads.cancel(ownerOf(request), uploadId(request))),
  );
}

function createFile({ objects, settings }: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const maxBytes = settings.maxFileBytes;
  const dialect = dialectOf(request);
  return withForm(request, { fileField: 'file', maxBytes }, async ({ file, fields }) => {
    const { filename, mediaType, bytes } = file;
    const named = { ...(filename !== undefined && { filename }), ...(mediaType !== undefined && { mediaType }) };
    const object = { ...ownerOf(request), kind: 'file' as const, ...named, maxBytes };
    return dialect.one(await objects.put(object, bytes, async () => dialect.fields(await fields())));
  });
}

async function findFile({ objects }: AppDependencies, request: FastifyRequest<Route>): Promise<StoredObject> {
  const { id } = request.params;
  const file = isObjectId(id) ? await objects.find(callerOf(request).projectId, id) : undefined;
  if (file?.kind !== 'file') throw refused('file_not_found');
  return file;
}

function uploadId({ params: { id } }: FastifyRequest<Route>): string {
  if (isObjectId(id)) return id;
  throw refused('upload_not_found');
}

function ownerOf(request: FastifyRequest): ObjectOwner {
  const { organizationId, projectId } = callerOf(request);
  return { organizationId, projectId };
}

const contentOf = ({ objects, settings }: AppDependencies) => ({
  objects,
  slowReaderMs: settings.timeouts.slowReaderMs,
});

/** Those of Anthropic's clients always say which version of its API they mean. */
function speaksAnthropic({ headers }: FastifyRequest): boolean {
  return headers['anthropic-version'] !== undefined;
}

function dialectOf(request: FastifyRequest): FilesDialect {
  return speaksAnthropic(request) ? ANTHROPIC : OPENAI;
}

function createFilesErrorHandler(log: Log) {
  const [openai, anthropic] = [createErrorHandler(renderRefusal, log), createErrorHandler(renderMessagesRefusal, log)];
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    (speaksAnthropic(request) ? anthropic : openai)(error, request, reply);
}
