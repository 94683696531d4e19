import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { GatewayRefusal } from '../../workflows/contracts/reply.js';

/** An HTTP answer that says why there is no other, in some dialect. */
export interface RenderedError {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: JsonObject;
}

/** How a dialect puts the gateway's own refusals; `requestId` for those that show it in the body. */
export type RenderRefusal = (refusal: GatewayRefusal, requestId: string) => RenderedError;

export function sendError(
  reply: FastifyReply,
  { status, headers, body }: RenderedError,
  more: { readonly [name: string]: string } = {},
): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, ...more })
    .send(body);
}
