import type { FastifyRequest } from 'fastify';
import type { Warning } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Caller } from '../../workflows/contracts/ports.js';
import type { OnDisconnect, RequestInput } from '../../workflows/contracts/requests.js';
import type { RequestRouting } from '../../workflows/contracts/routing.js';
import { demandOf } from '../../workflows/domain/demand.js';
import { withToolLimits } from '../../workflows/domain/vendor-tools.js';
import { namedOffers } from '../../workflows/domain/named-offers.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { type ChosenModels, chooseModels, sessionOf } from './choose-models.js';
import type { AcceptedCall } from './execution.js';
import { withTokens } from '../tokens/count-call.js';
import { keepAliveOf } from './keep-alive.js';
import { callerKeyOf } from './idempotency-key.js';
import { wantedJob, type WantedJob } from './job-terms.js';
import { toRequestInput } from './request-input.js';
import { affinityOf } from './session-memory.js';

/** What the gateway itself is asked for by a text request, whatever its dialect. */
export interface CallOptions {
  /** Models in order of preference without repetition. At least one. */
  readonly models: readonly string[];
  /** Absent where the caller did not say; the default depends on the idempotency key, which is a header. */
  readonly onDisconnect?: OnDisconnect;
  /**
   * Whether the answer is to be kept under its id: `asked` by the caller, who is told where the project does not allow it,
   * or by the dialect's `default`, of which nothing need be said.
   */
  readonly store?: 'asked' | 'default';
  /** The answer is not waited for, by the dialect's own word for it. */
  readonly background?: boolean;
  /** How the request is to be routed; absent where nothing is asked for. */
  readonly routing?: RequestRouting;
  /** The caller's name for the session that the request belongs to, where the body gives one. */
  readonly sessionId?: string;
}

/** A call that its dialect has read, with who calls and by which policy: all that is needed to run it. `offers` are those served now. */
export async function toAcceptedCall(
  deps: AppDependencies,
  request: FastifyRequest,
  asked: ChatCall,
  options: CallOptions,
  offers: readonly Offer[],
): Promise<AcceptedCall> {
  const call = withToolLimits(asked);
  const caller = callerOf(request);
  // Before anything is stored or sent.
  keepAliveOf(request, deps.settings.timeouts.keepAliveMs);
  const job = await wantedJob(deps, request, options.background === true);
  const storedMs = options.store === undefined ? undefined : storedForMs(deps, caller, job);
  const heldMs = job ? Math.max(storedMs ?? 0, job.holdMs) : storedMs;
  const key = callerKeyOf(request, caller, heldMs);
  const demand = demandOf(call);
  const session = sessionOf(request, options.sessionId);
  const names = options.routing?.models ?? options.models;
  const chosen = chooseModels(deps.sessions, caller, { names, call, demand, offers, session });
  const named = chosen.models.flatMap((name) => namedOffers(name, offers, caller));
  const input = toRequestInput(deps, request, {
    ...{ kind: 'chat', stream: call.stream, keyed: key !== undefined, stored: storedMs !== undefined, job: job?.terms },
    models: options.routing?.models ? options.models : chosen.models,
    demand: await withTokens(demand, call, named),
    ...(options.routing && { routing: withModels(options.routing, chosen) }),
    ...(session !== undefined && { affinity: affinityOf(caller.projectId, session) }),
    ...(options.onDisconnect && { onDisconnect: options.onDisconnect }),
    ...(chosen.auto && { auto: chosen.auto }),
  });
  const told = toldOfStore(call, options, input);
  const asJob = job && { job: { form: job.form, stored: job.stored } };
  if (key) return { input, call: told, key, ...asJob };
  return { input, call: told, ...(heldMs !== undefined && { answerHoldMs: heldMs }), ...asJob };
}

/** A background response is found by its id wherever jobs are, also in a project that lets nothing else be stored. */
function storedForMs({ settings }: AppDependencies, caller: Caller, job: WantedJob | undefined): number | undefined {
  const { storedAnswerRetentionMs: allowedMs } = caller;
  return job?.form.type === 'background' ? (allowedMs ?? settings.jobs.resultHoldMs) : allowedMs;
}

/** A wish that is not granted is told with the answer, whoever gives it. */
function toldOfStore(call: ChatCall, { store }: CallOptions, { stored }: RequestInput): ChatCall {
  return store === 'asked' && stored !== true ? { ...call, warnings: [...(call.warnings ?? []), NOT_STORED] } : call;
}

const NOT_STORED: Warning = {
  type: 'ignored',
  feature: 'store',
  detail: 'The answer is not stored: the project has no `stored_answer_retention_ms`.',
};

/** Where a policy names the models, what an `auto` model among them stands for takes its place there. */
function withModels(routing: RequestRouting, { models }: ChosenModels): RequestRouting {
  return routing.models ? { ...routing, models } : routing;
}
