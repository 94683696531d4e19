import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../dependencies.js';
import { type RenderRefusal, sendError } from './rendered-error.js';
import { errorFields, toRefusal } from './to-refusal.js';

/** Answers whatever was thrown in a scope in that scope's dialect. Only errors that nobody foresaw are logged. */
export function createErrorHandler(render: RenderRefusal, log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { refusal, headers, unexpected } = toRefusal(error);
    const fields = { requestId: request.id, route: request.routeOptions.url, ...errorFields(error) };
    if (unexpected) log.error(fields, refusal.code === 'unavailable' ? 'a part is away' : 'request failed');
    return sendError(reply, render(refusal, request.id), headers);
  };
}
