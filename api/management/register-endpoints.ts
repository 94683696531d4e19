import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { ActingRequest, RequestOrigin } from '../../workflows/contracts/access.js';
import type { Caller } from '../../workflows/contracts/ports.js';
import { isPermitted, needsOperator } from '../../workflows/domain/permissions.js';
import type { AppDependencies } from '../dependencies.js';
import { adminOf, createAuthentication } from '../http/authenticate.js';
import { readAsked, readAskedQuery } from '../http/read-asked.js';
import { refused } from '../http/refused-error.js';
import type { Endpoint, KeyedEndpoint } from './endpoint.js';

/** Anybody may send this much: nothing that is asked without a key needs more. */
const OPEN_BODY_BYTES = 16_384;

const NOT_THE_OPERATOR =
  'This concerns the whole installation. Use a key of the organisation that runs it, or ask its operator.';

/** Makes a route of each endpoint. Permission is checked here and nowhere else, before anything of the request is looked up. */
export function registerEndpoints(app: FastifyInstance, deps: AppDependencies, endpoints: readonly Endpoint[]): void {
  const authenticate = createAuthentication(deps.keys, 'admin');
  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      config: { kind: 'management' },
      ...(endpoint.permission === 'none'
        ? { bodyLimit: Math.min(OPEN_BODY_BYTES, deps.settings.maxBodyBytes) }
        : { onRequest: [authenticate, denying(endpoint)] }),
      handler: (request, reply) => answer(endpoint, deps, request, reply),
    });
  }
}

async function answer(
  endpoint: Endpoint,
  deps: AppDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { params, query, body } = endpoint.schemas;
  const asked = {
    from: originOf(request),
    params: params && readAsked(params, request.params),
    query: query && readAskedQuery(query, request.query),
    body: body && readAsked(body, request.body),
  };
  const tell = (object: unknown): void => deps.onAnswer?.(endpoint.id, object);
  if (endpoint.permission === 'none') return told(await inForce(endpoint, deps, endpoint.handle(deps, asked)), tell);
  const askedByActor = { ...asked, by: actingRequest(request) };
  if (endpoint.csv && acceptsCsv(request)) return sendCsv(reply, endpoint.csv(deps, askedByActor));
  const answered = await inForce(endpoint, deps, endpoint.handle(deps, askedByActor));
  if (endpoint.form === 'ndjson') return sendLines(reply, answered as AsyncIterable<unknown>, tell);
  return told(answered, tell);
}

/** Who is told that a key has been revoked, or a limit set, is not let in by it, or past it, with the next request to this process. */
async function inForce<T>(endpoint: Endpoint, deps: AppDependencies, handled: Promise<T>): Promise<T> {
  const answered = await handled;
  if (endpoint.method !== 'GET') await deps.changesHeard();
  return answered;
}

function told<T>(answered: T, tell: (object: unknown) => void): T {
  tell(answered);
  return answered;
}

function acceptsCsv({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.split(',').some((type) => /^\s*text\/csv\s*(?:;|$)/i.test(type));
}

/** A fault in the middle breaks the connection off, so that half a table never looks like a whole one. */
async function sendCsv(reply: FastifyReply, table: Promise<AsyncIterable<string>>): Promise<FastifyReply> {
  const lines = Readable.from(await table);
  return reply.type('text/csv; charset=utf-8; header=present').send(lines);
}

function sendLines(
  reply: FastifyReply,
  objects: AsyncIterable<unknown>,
  tell: (object: unknown) => void,
): FastifyReply {
  async function* lines(): AsyncGenerator<string> {
    for await (const object of objects) {
      tell(object);
      yield `${JSON.stringify(object)}\n`;
    }
  }
  return reply.type('application/x-ndjson').send(Readable.from(lines()));
}

function denying({ permission }: KeyedEndpoint): onRequestHookHandler {
  return (request, _reply, done) => {
    const { project_id: projectId } = request.params as { readonly project_id?: string };
    const actor = actingRequest(request);
    if (needsOperator(permission) && !actor.isOperator) return done(refused('permission_denied', NOT_THE_OPERATOR));
    if (isPermitted(actor, permission, projectId)) return done();
    done(refused('permission_denied', `This needs the permission '${permission}', which the role of this key lacks.`));
  };
}

function actingRequest(request: FastifyRequest): ActingRequest {
  return { ...toActor(adminOf(request)), ...originOf(request) };
}

function originOf(request: FastifyRequest): RequestOrigin {
  const userAgent = request.headers['user-agent'];
  return {
    requestId: request.id,
    ipAddress: request.ip,
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 200) }),
  };
}

function toActor({ keyId, organizationId, userId, role, projectRoles, isOperator }: Caller) {
  return {
    ...{ keyId, organizationId, projectRoles: projectRoles ?? {} },
    ...(userId !== undefined && { userId }),
    ...(isOperator && { isOperator }),
    // A key of before roles was the organisation's own.
    role: role ?? 'owner',
  } as const;
}
