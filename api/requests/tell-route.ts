import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { RequestDirectory } from '../../workflows/contracts/ports.js';
import type { PlanReport } from '../../workflows/contracts/routing.js';
import { toUsd } from '../usd.js';
import type { AnswerRenderer } from './answer-renderer.js';
import type { Execution } from './execution.js';
import type { Route } from './route.schema.js';

/** A request and its answer with its route, which is read where the answer begins: it is planned and stored by then. */
export function withRoute(
  requests: Pick<RequestDirectory, 'find'>,
  execution: Execution,
  renderer: AnswerRenderer,
  reply: FastifyReply,
): { readonly execution: Execution; readonly renderer: AnswerRenderer } {
  let route: Route | undefined;
  const tell = async (): Promise<void> => {
    const report = (await requests.find(execution.requestId))?.route;
    if (report === undefined) return;
    route = renderRoute(report);
    if (!reply.sent) reply.header('x-sluice-route', JSON.stringify(inShort(report)));
  };
  return {
    execution: { ...execution, events: tellAtFirst(execution.events, tell) },
    renderer: {
      ...renderer,
      plain: (frames, summary) => ({ ...renderer.plain(frames, summary), ...(route && { route }) }),
      stream: () => tellOnce(renderer, () => route),
    },
  };
}

/** On the first chunk that the dialect has room on, and no other. */
function tellOnce(
  { stream, framing }: AnswerRenderer,
  routeOf: () => Route | undefined,
): ReturnType<AnswerRenderer['stream']> {
  const step = stream();
  let told = false;
  const tell = (chunk: JsonObject): JsonObject => {
    const route = routeOf();
    const telling = told || route === undefined ? undefined : framing.besides?.(chunk, { route });
    told ||= telling !== undefined;
    return telling ?? chunk;
  };
  return (event) => {
    const { chunks, end } = step(event);
    return { chunks: chunks.map(tell), end };
  };
}

async function* tellAtFirst<T>(events: AsyncIterable<T>, tell: () => Promise<void>): AsyncGenerator<T> {
  let told = false;
  for await (const event of events) {
    if (!told) await tell();
    told = true;
    yield event;
  }
}

/** For a header, which has little room: the candidates in their order, and what was left out by which clause. */
function inShort({ kept, considered, droppedBy, arm }: PlanReport): JsonObject {
  return {
    candidates: kept.map(({ offerId }) => offerId),
    considered,
    left_out: droppedBy,
    ...(arm && { arm: arm.name }),
  };
}

/** How a request was routed, on the wire. */
export function renderRoute({ considered, kept, dropped, droppedBy, arm, policies = [] }: PlanReport): Route {
  return {
    considered,
    candidates: kept.map(({ offerId, reason, behind, mostNanoUsd, estimateNanoUsd }) => ({
      model: offerId,
      reason,
      behind: behind ?? null,
      most_usd: toUsd(mostNanoUsd),
      estimate_usd: toUsd(estimateNanoUsd),
    })),
    left_out: dropped.map(({ offerId, reason, clause }) => ({ model: offerId, reason, clause: clause ?? null })),
    left_out_by: { ...droppedBy },
    arm: arm ? { policy_id: arm.policyId, name: arm.name } : null,
    policies: [...policies],
  };
}
