import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { Caller } from '../../workflows/contracts/ports.js';
import { isPermitted } from '../../workflows/domain/permissions.js';
import type { AppDependencies } from '../dependencies.js';
import { adminOf, createAuthentication } from '../http/authenticate.js';
import { describeIssue } from '../http/describe-issue.js';
import { refused } from '../http/refused-error.js';
import type { Endpoint } from './endpoint.js';
import { readQuery } from './read-query.js';

/** Makes a route of each endpoint. Permission is checked here and nowhere else, before anything of the request is looked up. */
export function registerEndpoints(app: FastifyInstance, deps: AppDependencies, endpoints: readonly Endpoint[]): void {
  const authenticate = createAuthentication(deps.keys, 'admin');
  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      config: { kind: 'management' },
      onRequest: [authenticate, (request, _reply, done) => done(denial(endpoint, request))],
      handler: async (request, reply) => {
        const { params, query, body } = endpoint.schemas;
        const answer = await endpoint.handle(deps, {
          by: actingRequest(request),
          params: read(params, request.params),
          query: read(query, readQuery(query, request.query)),
          body: read(body, request.body),
        });
        const tell = (object: unknown): void => deps.onAnswer?.(endpoint.id, object);
        if (endpoint.form === 'ndjson') return sendLines(reply, answer as AsyncIterable<unknown>, tell);
        tell(answer);
        return answer;
      },
    });
  }
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

function denial({ permission }: Endpoint, request: FastifyRequest): Error | undefined {
  const { project_id: projectId } = request.params as { readonly project_id?: string };
  if (isPermitted(actingRequest(request), permission, projectId)) return undefined;
  return refused('permission_denied', `This needs the permission '${permission}', which the role of this key lacks.`);
}

function actingRequest(request: FastifyRequest): ActingRequest {
  const userAgent = request.headers['user-agent'];
  return {
    ...toActor(adminOf(request)),
    requestId: request.id,
    ipAddress: request.ip,
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 200) }),
  };
}

function toActor({ keyId, organizationId, userId, role, projectRoles }: Caller) {
  return {
    ...{ keyId, organizationId, projectRoles: projectRoles ?? {} },
    ...(userId !== undefined && { userId }),
    // A key of before roles was the organisation's own.
    role: role ?? 'owner',
  } as const;
}

function read(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new Error('zod failed without an issue');
  const { message, param } = describeIssue(issue, value);
  throw refused('invalid_request', message, param === null ? {} : { param });
}
