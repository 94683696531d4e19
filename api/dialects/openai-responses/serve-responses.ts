import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { RequestRecord } from '../../../workflows/contracts/ports.js';
import { namedOffers } from '../../../workflows/domain/named-offers.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import { sendError } from '../../http/rendered-error.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { routeCall } from '../../requests/route-call.js';
import { serveAccepted } from '../../requests/serve-accepted.js';
import { toAcceptedCall } from '../../requests/to-accepted-call.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { checkNative } from './check-native.js';
import { parseResponsesRequest } from './parse-responses-request.js';
import { findPrevious } from './previous-response.js';
import { modelsNamed } from '../shared/models-named.js';
import { type RequestOptions, toRequestOptions } from './request-options.js';
import { toResponsesCall } from './to-responses-call.js';
import { renderStoredNow } from './read-stored-response.js';
import { unsupportedField } from './unsupported-fields.js';

/** In which form a request of this dialect is run and answered. */
export interface ResponsesForm {
  /** Whether it has a way to pick up an answer that is made in the background. */
  readonly backgrounds: boolean;
  readonly toCall: (call: ChatCall) => ChatCall;
  readonly toOptions: (options: RequestOptions) => RequestOptions;
  readonly createRenderer: (record: Pick<RequestRecord, 'id' | 'models' | 'stored'>, call: ChatCall) => AnswerRenderer;
}

/** Runs one request of this dialect from its body to the last byte of its answer. */
export async function serveResponses(
  deps: AppDependencies,
  offers: () => readonly Offer[],
  form: ResponsesForm,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const connection = watchConnection(reply);
  const parsed = parseResponsesRequest(request.body);
  if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
  const unsupported = unsupportedField(parsed.request, form.backgrounds);
  if (unsupported) return sendError(reply, renderRequestError(unsupported));
  const caller = callerOf(request);
  const { fields } = parsed.request;
  const { named, routing } = await routeCall(deps, request, fields, modelsNamed(parsed.request.fields), offers());
  const options = { ...form.toOptions(toRequestOptions(parsed.request)), ...(routing && { routing }) };
  const meant = named.flatMap(({ name }) => namedOffers(name, offers(), caller));
  checkNative(parsed.request, options.models, meant);
  const previous = await findPrevious(deps, caller, fields.previous_response_id);
  const call = form.toCall(toResponsesCall(parsed.request, previous));
  const accepted = await toAcceptedCall(deps, request, call, options, offers());
  return serveAccepted(deps, accepted, connection, reply, {
    createRenderer: ({ requestId: id, stored }) => form.createRenderer({ id, stored, models: options.models }, call),
    options: { ...options, tellRoute: routing?.tellRoute },
    renderUnanswered: (record) => renderStoredNow(deps, { record, call }),
  });
}
