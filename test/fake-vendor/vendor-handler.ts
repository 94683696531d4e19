import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Ask, VendorApi, VendorName } from './ask.js';
import { missingField, readAsk } from './ask.js';
import type { Behaviour } from './behaviours.js';
import type { DeliveryWatch } from './delivery.js';
import { deliver } from './delivery.js';
import type { Holds } from './holds.js';
import { hasCredential, headersOf, keyMark } from './http-helpers.js';
import { isObject } from './json-fields.js';
import type { ResponsePlan } from './plan-response.js';
import { planResponse } from './plan-response.js';
import { missingFieldAnswer } from './refusals.js';
import type { RequestLog, VendorLogEntry } from './request-log.js';
import type { Chooser } from './turns.js';
import { piece } from './piece.js';

export interface VendorHandlerDeps {
  readonly log: RequestLog;
  readonly holds: Holds;
  readonly chooser: Chooser;
  readonly keepBodies: boolean;
}

/** Answers one request as its vendor would, and writes down what was sent. A repeated idempotency key changes nothing. */
export const createVendorHandler = (deps: VendorHandlerDeps) => {
  let count = 0;
  return async (api: VendorApi, request: IncomingMessage, response: ServerResponse, json: Json): Promise<void> => {
    const body: JsonObject = isObject(json) ? json : {};
    const ask = readAsk(api, body);
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined;
    count += 1;
    const id = `req_fake_${String(count).padStart(6, '0')}`;
    const chosen = choose(deps.chooser, ask, request, idempotencyKey, id);
    const entry: VendorLogEntry = {
      id,
      at: new Date().toISOString(),
      vendor: ask.vendor,
      api,
      idempotencyKey,
      keyMark: keyMark(request),
      model: ask.model,
      stream: ask.stream,
      behaviour: chosen.name,
      headers: headersOf(request),
      body: deps.keepBodies ? body : undefined,
      status: chosen.plan.status,
      bytesSent: 0,
      finishedCleanly: false,
      abortedByClient: false,
    };
    deps.log.add(entry);
    const { bytesSent, usageAnswered, end } = await watchedDelivery(deps, entry, response, chosen.plan);
    deps.log.end(id, {
      bytesSent,
      usageAnswered,
      finishedCleanly: end === 'whole',
      abortedByClient: end === 'client-left',
    });
  };
};

const watchedDelivery = async (
  deps: VendorHandlerDeps,
  entry: VendorLogEntry,
  response: ServerResponse,
  plan: ResponsePlan,
) => {
  let bytesSent = 0;
  let usageAnswered: JsonObject | undefined;
  const watch: DeliveryWatch = {
    sent: (bytes) => {
      bytesSent += bytes;
    },
    usageTold: (usage) => {
      usageAnswered = usage;
    },
    held: () => {
      deps.log.update(entry.id, { bytesSent, usageAnswered });
      const { id, idempotencyKey, model } = entry;
      return deps.holds.hold({ id, idempotencyKey, model, heldAt: new Date().toISOString(), bytesSent });
    },
  };
  const end = await deliver(response, plan, watch);
  deps.holds.drop(entry.id);
  return { bytesSent, usageAnswered, end };
};

interface Chosen {
  readonly name: string;
  readonly plan: ResponsePlan;
}

/** What every vendor refuses goes first; then whatever the test asked for. */
const choose = (
  chooser: Chooser,
  ask: Ask,
  request: IncomingMessage,
  key: string | undefined,
  requestId: string,
): Chosen => {
  const plan = (behaviour: Behaviour): Chosen => {
    const createdAtSeconds = Math.floor(Date.now() / 1000);
    return { name: behaviour.behaviour, plan: planResponse(ask, behaviour, { requestId, createdAtSeconds }) };
  };
  if (!hasCredential(ask.vendor, request)) return plan({ behaviour: 'unauthorized' });
  const missing = missingHeader(ask.vendor, request) ?? missingField(ask);
  if (missing === undefined) return plan(chooser.choose(ask, key));
  const { status, body } = missingFieldAnswer(ask.vendor, missing, requestId);
  const headers = { 'content-type': 'application/json' };
  return {
    name: 'missing-field',
    plan: { status, headers, pieces: [piece(JSON.stringify(body))], stops: [], gapMs: 0 },
  };
};

const missingHeader = (vendor: VendorName, request: IncomingMessage): string | undefined =>
  vendor === 'anthropic' && request.headers['anthropic-version'] === undefined
    ? 'anthropic-version: header is required'
    : undefined;
