import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { AppDependencies } from '../dependencies.js';
import { createChatRenderer, storedRendering } from './openai-chat/chat-renderer.js';
import { type ResponsesForm, serveResponses } from './openai-responses/serve-responses.js';

/**
 * What the Responses API takes, sent to the address of Chat Completions, from where a chat completion is expected: so does
 * Cursor's agent with a base URL of one's own (https://docs.litellm.ai/docs/proxy/cursor). Nothing is stored.
 */
const CHAT_COMPLETION: ResponsesForm = {
  backgrounds: false,
  toCall: (call) => ({ ...call, source: { ...call.source, form: 'chat-completion' } }),
  toOptions: ({ store: _, ...options }) => options,
  createRenderer: (record, call) => createChatRenderer(storedRendering(record, call)),
};

/** Whether a body is one of the Responses API: it has an `input`, and no `messages`. */
export function isResponsesBody(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'input' in body && !('messages' in body);
}

export function serveResponsesAsChat(
  deps: AppDependencies,
  offers: () => readonly Offer[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return serveResponses(deps, offers, CHAT_COMPLETION, request, reply);
}
