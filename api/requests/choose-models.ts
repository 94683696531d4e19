import type { FastifyRequest } from 'fastify';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { AutoChoice, Demand } from '../../workflows/contracts/requests.js';
import type { SessionMemory } from '../../workflows/contracts/sessions.js';
import { autoPolicyOf } from '../../workflows/domain/auto/auto-policy.js';
import { estimateOfConversation } from '../../workflows/domain/difficulty/estimate.js';
import { expandAuto } from '../../workflows/domain/named-offers.js';
import type { InferenceCaller } from '../http/authenticate.js';
import { refused } from '../http/refused-error.js';
import { sessionKey } from './session-memory.js';

export interface ChosenModels {
  readonly models: readonly string[];
  readonly auto?: AutoChoice;
}

/**
 * The names as they are, unless an `auto` model is among them: then what it stands for, for this call. Here, because only
 * here is the call at hand; what goes on is the estimate, which says nothing of what was said.
 */
export function chooseModels(
  sessions: SessionMemory,
  caller: InferenceCaller,
  {
    names,
    call,
    demand,
    offers,
    session,
  }: {
    readonly names: readonly string[];
    readonly call: ChatCall;
    readonly demand: Demand;
    readonly offers: readonly Offer[];
    /** As the caller names it. */
    readonly session: string | undefined;
  },
): ChosenModels {
  const name = names.find((named) => autoPolicyOf(named) !== undefined);
  if (name === undefined) return { models: names };
  const estimate = estimateOfConversation(call);
  const key = session === undefined ? undefined : sessionKey(caller.projectId, session);
  const last = key === undefined ? undefined : sessions.recall(key);
  const before = last && { model: last.model, sharedBytes: Math.min(last.textBytes, demand.textBytes) };
  const models = expandAuto(names, offers, caller, { estimate, demand, ...(before && { before }) });
  const [model] = models;
  if (key !== undefined && model !== undefined) sessions.note(key, { model, textBytes: demand.textBytes });
  return { models, auto: { name, estimate } };
}

const SESSION_HEADERS = ['x-sluice-session', 'x-session-id'] as const;
const SESSION = /^[\x20-\x7e]{1,256}$/;

/** The caller's name for its session: the body's `session_id`, else a header. Throws `invalid_request` for one that is none. */
export function sessionOf(request: FastifyRequest, field: string | undefined): string | undefined {
  if (field !== undefined) return field;
  const name = SESSION_HEADERS.find((header) => request.headers[header] !== undefined);
  if (name === undefined) return undefined;
  const value = request.headers[name];
  if (typeof value === 'string' && SESSION.test(value)) return value;
  throw refused('invalid_request', `The header ${name} must be 1 to 256 printable ASCII characters.`, { param: name });
}
