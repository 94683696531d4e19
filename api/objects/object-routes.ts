import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { StoredObject } from '../../workflows/contracts/objects.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import type { InferenceHooks } from '../http/inference-hooks.js';
import { isObjectId } from '../http/object-id.js';
import { readAsked } from '../http/read-asked.js';
import { refused } from '../http/refused-error.js';
import { sendObject } from '../http/send-object.js';

/** How long the URL lives that an object is shown with. */
const URL_SECONDS = 3_600;

interface Route {
  Params: { readonly id: string };
}

/** What stands in a URL that was signed. */
export const signedQuerySchema = z.looseObject({
  expires: z
    .string()
    .regex(/^\d{1,12}$/, 'must be a time in seconds since 1970')
    .transform(Number),
  signature: z.string().min(1).max(128),
});

/** Outputs and files by their ids: what they are, where they can be read, and their end. */
export function registerObjectRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  [authenticate]: InferenceHooks,
): void {
  const { objects, urlSignatures, settings } = deps;
  const options = { config: { kind: 'files', scope: 'files' }, onRequest: authenticate } as const;
  app.get<Route>('/v1/objects/:id', options, async (request) => {
    const object = await find(deps, request);
    return renderObject(object, await objects.signedUrl(object, URL_SECONDS));
  });
  app.delete<Route>('/v1/objects/:id', options, async (request) => {
    const { projectId, id } = await find(deps, request);
    if (!(await objects.destroy(projectId, id))) throw refused('object_not_found');
    return { id, object: 'object', deleted: true };
  });
  // Whoever has the URL may read: it is given to a browser or to another service, neither of which has a key.
  app.get<Route>('/v1/objects/:id/content', { config: { kind: 'signed' } }, async (request, reply) => {
    const { expires, signature } = readAsked(signedQuerySchema, request.query);
    const isGenuine = urlSignatures.isGenuine(request.params.id, expires, signature);
    if (!isGenuine || expires * 1_000 < Date.now()) throw refused('url_not_valid');
    const object = await objects.findAnyone(request.params.id);
    if (!object) throw refused('object_not_found');
    return sendObject({ objects, slowReaderMs: settings.timeouts.slowReaderMs }, object, request, reply);
  });
}

async function find({ objects }: AppDependencies, request: FastifyRequest<Route>): Promise<StoredObject> {
  const { id } = request.params;
  const object = isObjectId(id) ? await objects.find(callerOf(request).projectId, id) : undefined;
  if (!object || object.kind === 'part') throw refused('object_not_found');
  return object;
}

function renderObject(object: StoredObject, url: string): JsonObject {
  return {
    id: object.id,
    object: 'object',
    kind: object.kind,
    bytes: object.bytes,
    media_type: object.mediaType,
    sha256: object.sha256,
    filename: object.filename ?? null,
    request_id: object.requestId ?? null,
    created_at: object.createdAt,
    expires_at: object.expiresAt,
    url,
  };
}
