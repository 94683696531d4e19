import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';

/** A whole answer (`CreateModerationResponse`), which judges as many inputs as were given. Throws `bad_response`. */
export function fromOpenAiModeration(answer: Json, inputs: number): Frame {
  const body = asObject(answer) ?? {};
  const results = asObjects(body['results']);
  if (results.length !== inputs) throw badResponse(`The vendor judged ${results.length} of ${inputs} inputs.`);
  const [id, model] = [asText(body['id']), asText(body['model'])];
  return {
    events: [
      { type: 'start', ...(id !== undefined && { vendorId: id }), ...(model !== undefined && { vendorModel: model }) },
      ...results.map(toEvent),
      // Nobody reports tokens here, and nothing is charged by them.
      { type: 'usage', usage: { units: { requests: 1 }, source: 'counted' } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
    // Mistral leaves out whether anything was found at all.
    ...(results.every(({ flagged }) => typeof flagged === 'boolean') && {
      wire: { dialect: 'openai-moderations' as const, streamed: false, body },
    }),
  };
}

function toEvent(result: JsonObject, index: number): AnswerEvent {
  const categories = valuesOf(result['categories'], (value) => typeof value === 'boolean');
  const scores = valuesOf(result['category_scores'], (value) => typeof value === 'number');
  if (Object.keys(categories).length === 0) throw badResponse('The vendor sent a judgement without its categories.');
  const { flagged, category_applied_input_types: applied } = result;
  return {
    type: 'moderation',
    index,
    flagged: typeof flagged === 'boolean' ? flagged : Object.values(categories).includes(true),
    categories,
    scores,
    ...(asObject(applied) && {
      inputTypes: valuesOf(applied, (value): value is string[] => Array.isArray(value)),
    }),
  };
}

function valuesOf<T extends Json>(value: Json | undefined, is: (value: Json | undefined) => value is T) {
  return Object.fromEntries(
    Object.entries(asObject(value) ?? {}).filter((entry): entry is [string, T] => is(entry[1])),
  );
}
