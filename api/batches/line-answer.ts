import type { BatchLineEnd } from '../../workflows/contracts/batches.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import { collectAnswer } from '../requests/collect-answer.js';
import type { ExecutionDependencies } from '../requests/execution.js';
import { followRequest, isHeld } from '../requests/follow-request.js';
import type { RendererOf } from '../requests/request-routes.js';

/** What a line's request was answered with, as its caller would have had it. */
export interface LineAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly body: JsonObject;
}

/** What a line answers with in the place of its answer, of requests that are told of by an object of their own. */
export type BodyOf = (record: RequestRecord, call: Call) => Promise<JsonObject | undefined>;

/** `undefined` where the line has none: it is broken or was never begun, or its result is gone. */
export function answerOfLine(
  deps: ExecutionDependencies,
  end: BatchLineEnd,
  rendererOf: RendererOf,
  bodyOf: BodyOf,
): Promise<LineAnswer | undefined> {
  if (end.state === 'refused') {
    const { statusCode: status, requestId, body } = end.refusal;
    return Promise.resolve({ status, requestId, body });
  }
  if (end.state !== 'succeeded' && end.state !== 'failed') return Promise.resolve(undefined);
  return answerOfJob(deps, end.requestId, rendererOf, bodyOf);
}

async function answerOfJob(
  deps: ExecutionDependencies,
  requestId: string,
  rendererOf: RendererOf,
  bodyOf: BodyOf,
): Promise<LineAnswer | undefined> {
  const record = await deps.requests.find(requestId);
  const call = record && isHeld(record) ? await deps.content.read(record.id, record.retention) : undefined;
  if (!record || !call) return undefined;
  const collected = await collectAnswer(await followRequest(deps, record));
  if (collected === undefined) return undefined;
  const { event, frames } = collected;
  const renderer = rendererOf(record, call);
  if (event.type === 'answered') {
    const body = (await bodyOf(record, call)) ?? renderer.plain(frames, event.summary);
    return { status: 200, requestId, body };
  }
  const { status, body } = renderer.error(event);
  return { status, requestId, body };
}
