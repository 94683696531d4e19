import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import { sendError } from '../../http/rendered-error.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { routeCall } from '../../requests/route-call.js';
import { serveAccepted } from '../../requests/serve-accepted.js';
import { toAcceptedCall } from '../../requests/to-accepted-call.js';
import type { ChatRendering } from './chat-renderer.js';
import { checkModalities } from './check-modalities.js';
import { modelsNamed } from '../shared/models-named.js';
import type { ParsedChatRequest, ParseResult } from './parse-chat-request.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { toRequestOptions } from './request-options.js';

/** In which form a chat is asked for and answered. */
export interface ChatForm {
  readonly parse: (body: unknown) => ParseResult;
  readonly toCall: (request: ParsedChatRequest) => ChatCall;
  readonly createRenderer: (rendering: ChatRendering) => AnswerRenderer;
}

/** Runs one request of this dialect from its body to the last byte of its answer. */
export async function serveChat(
  deps: AppDependencies,
  offers: () => readonly Offer[],
  { parse, toCall, createRenderer }: ChatForm,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const connection = watchConnection(reply);
  const parsed = parse(request.body);
  if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
  const { fields } = parsed.request;
  const { named, routing } = await routeCall(deps, request, fields, modelsNamed(parsed.request.fields), offers());
  checkModalities(parsed.request, named, offers(), callerOf(request));
  const options = { ...toRequestOptions(parsed.request), ...(routing && { routing }) };
  const accepted = await toAcceptedCall(deps, request, toCall(parsed.request), options, offers());
  const [model = ''] = options.models;
  return serveAccepted(deps, accepted, connection, reply, {
    createRenderer: ({ requestId, stored }) => createRenderer({ ...options, requestId, stored, model }),
    options: { ...options, tellRoute: routing?.tellRoute },
  });
}
