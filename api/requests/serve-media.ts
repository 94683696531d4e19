import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Kind } from '../../workflows/contracts/kinds.js';
import type { MediaCall } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { OnDisconnect } from '../../workflows/contracts/requests.js';
import type { AppDependencies } from '../dependencies.js';
import { watchConnection } from '../http/caller-connection.js';
import type { AnswerRenderer } from './answer-renderer.js';
import type { NamedModel } from './check-models.js';
import { routeCall, type RoutingFields } from './route-call.js';
import { serveAccepted } from './serve-accepted.js';
import { toAcceptedMedia } from './to-accepted-media.js';

/** What a dialect has read of a request for anything but a conversation. */
export interface MediaRequest {
  readonly call: MediaCall;
  /** Each model with the field that names it; at least one. */
  readonly named: readonly NamedModel[];
  readonly fields: RoutingFields & { readonly on_disconnect?: OnDisconnect | null | undefined };
  /** Of what takes minutes: its object while it is made, and where its end is told. */
  readonly background?: {
    readonly renderUnanswered: (record: RequestRecord) => Promise<JsonObject>;
    readonly webhookUrl?: string;
  };
  /** Made once the request has its id; `model` is the first that was asked for. */
  readonly createRenderer: (context: { readonly requestId: string; readonly model: string }) => AnswerRenderer;
}

/** The offers of one kind that are served now. */
export type OffersOfKind = (kind: Kind) => readonly Offer[];

/** Runs one request that its dialect has read, to the last byte of its answer. */
export async function serveMedia(
  deps: AppDependencies,
  offersOf: OffersOfKind,
  { call, named: asked, fields, background, createRenderer }: MediaRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const connection = watchConnection(reply);
  const { routing } = await routeCall(deps, request, fields, asked, offersOf(call.kind));
  const models = [...new Set(asked.map(({ name }) => name))];
  const accepted = await toAcceptedMedia(deps, request, call, {
    models,
    ...(routing && { routing }),
    ...(fields.on_disconnect != null && { onDisconnect: fields.on_disconnect }),
    ...(background && { background: true }),
    ...(background?.webhookUrl !== undefined && { webhookUrl: background.webhookUrl }),
  });
  return serveAccepted(deps, accepted, connection, reply, {
    createRenderer: ({ requestId }) => createRenderer({ requestId, model: models[0] ?? '' }),
    options: { stream: call.stream, tellRoute: routing?.tellRoute },
    ...(background && { renderUnanswered: background.renderUnanswered }),
  });
}
