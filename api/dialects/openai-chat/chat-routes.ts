import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { AppDependencies } from '../../dependencies.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { isResponsesBody, serveResponsesAsChat } from '../responses-as-chat.js';
import { inlineFilesOf } from '../shared/inline-files.js';
import { createChatRenderer } from './chat-renderer.js';
import { createTextRenderer } from './completions/text-renderer.js';
import { parseCompletionRequest } from './completions/to-chat-body.js';
import { parseChatRequest } from './parse-chat-request.js';
import { serveChat } from './serve-chat.js';
import type { ChatForm } from './serve-chat.js';
import { toChatCall } from './to-chat-call.js';

const CHAT: ChatForm = { parse: parseChatRequest, toCall: toChatCall, createRenderer: createChatRenderer };

const TEXT: ChatForm = {
  parse: parseCompletionRequest,
  toCall: (request) => {
    const call = toChatCall(request);
    return { ...call, source: { ...call.source, form: 'text-completion' } };
  },
  createRenderer: createTextRenderer,
};

/** `POST /v1/chat/completions`, and the older `POST /v1/completions`. `offers` gives those of configured vendors as they
 * are now. */
export function registerChatRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  const config = { kind: 'inference', scope: 'chat' } as const;
  const options = { config, onRequest: hooks, preHandler: inlineFilesOf(deps) };
  app.post('/v1/chat/completions', options, (request, reply) =>
    isResponsesBody(request.body)
      ? serveResponsesAsChat(deps, offers, request, reply)
      : serveChat(deps, offers, CHAT, request, reply),
  );
  app.post('/v1/completions', options, (request, reply) => serveChat(deps, offers, TEXT, request, reply));
}
