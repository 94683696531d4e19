import type { AnswerEvent, FinishReason } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { ClassifiedFailure } from '../../classify-failure.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { inTurn, NOTHING } from './answer-state.js';
import type { AnswerState, Step } from './answer-state.js';
import { completeItem } from './read-item.js';
import { fromResponsesUsage } from './responses-usage.js';

/** Announced by the first event that has the answer's frame, or by a whole answer. */
export function startAnswer(state: AnswerState, response: JsonObject): Step {
  if (state.started) return [state, NOTHING];
  const vendorId = asText(response['id']);
  const vendorModel = asText(response['model']);
  const created = response['created_at'];
  const event: AnswerEvent = {
    type: 'start',
    ...(vendorId !== undefined && { vendorId }),
    ...(vendorModel !== undefined && { vendorModel }),
    ...(typeof created === 'number' && created > 0 && { createdAtSeconds: Math.floor(created) }),
  };
  return [{ ...state, started: true }, [event]];
}

/** The answer as it stands at its end: whole or cut short by a limit, or the failure that it ended with. */
export function endAnswer(state: AnswerState, response: JsonObject): Step {
  return inTurn(state, [
    (before) => startAnswer(before, response),
    (before) => (nothingTold(before) ? readOutput(before, response) : [before, NOTHING]),
    (before) => finish(before, response),
  ]);
}

/** A vendor that tells of its items at the end only. */
function nothingTold({ items, parts }: AnswerState): boolean {
  return items === 0 && parts.size === 0;
}

function readOutput(state: AnswerState, response: JsonObject): Step {
  const items = asObjects(response['output']);
  return inTurn(
    state,
    items.map((item, index) => (before) => completeItem(before, String(index), item)),
  );
}

function finish(state: AnswerState, response: JsonObject): Step {
  const usage = fromResponsesUsage(response['usage'], state, response['tool_usage']);
  const told: readonly AnswerEvent[] = usage === undefined ? [] : [{ type: 'usage', usage }];
  const failure = state.failure ?? failureOf(response);
  if (failure !== undefined) return [{ ...state, failure }, told];
  return [{ ...state, ended: true }, [{ type: 'finish', choice: 0, reason: reasonOf(state, response) }, ...told]];
}

const NOT_OVER = ['queued', 'in_progress'];

function failureOf(response: JsonObject): ClassifiedFailure | undefined {
  const status = asText(response['status']);
  const error = asObject(response['error']);
  if (status === 'failed' || status === 'cancelled' || error !== undefined) {
    return classifyErrorEvent(error === undefined ? {} : { error });
  }
  return status !== undefined && NOT_OVER.includes(status) ? UNFINISHED : undefined;
}

const UNFINISHED: ClassifiedFailure = {
  failure: { class: 'bad_response' },
  detail: { message: 'The vendor answered before its answer was ready.' },
};

const REASONS: { readonly [reason: string]: FinishReason['unified'] } = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

function reasonOf({ calls }: AnswerState, response: JsonObject): FinishReason {
  const status = asText(response['status']);
  if (status === 'incomplete') {
    const reason = asText(asObject(response['incomplete_details'])?.['reason']);
    const unified = reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
    return { unified: unified ?? 'other', raw: reason ?? status };
  }
  return { unified: calls ? 'tool-calls' : 'stop', ...(status !== undefined && { raw: status }) };
}

/** The position of an event's item in the answer, which all vendors count; else the item's name. */
export function itemKey(event: JsonObject): string {
  return String(asCount(event['output_index']) ?? asText(event['item_id']) ?? 0);
}
