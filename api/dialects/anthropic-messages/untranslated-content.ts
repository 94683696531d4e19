import type { Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { asObject, asObjects } from './json-fields.js';

/** Block types that `to-parts.ts` translates. */
const TRANSLATED = new Set([
  ...['text', 'image', 'document', 'search_result', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking'],
]);

/** Fields of blocks and tools that ask for something which the canonical form has no name for. */
const LOST_FIELDS = ['cache_control', 'citations', 'defer_loading', 'allowed_callers', 'input_examples'];

/**
 * What of a request only the dialect's own vendor was told. Shown where another vendor has answered; fields of the body
 * itself are that vendor's adapter to tell of.
 */
export function untranslatedContent(body: JsonObject): readonly Warning[] {
  const places = [
    ...placed('system[]', asObjects(body['system'])),
    ...asObjects(body['messages']).flatMap(({ content }) => placed('messages[].content[]', asObjects(content))),
  ];
  const tools = asObjects(body['tools']).filter(({ type }) => type == null || type === 'custom');
  const features = [
    ...places.flatMap(([place, block]) => [...lostBlock(place, block), ...lostFields(place, block)]),
    ...tools.flatMap((tool) => lostFields('tools[]', tool)),
  ];
  const effort = asObject(body['output_config'])?.['effort'] === 'max' ? [LOWERED_EFFORT] : [];
  return [...[...new Set(features)].map(toWarning), ...effort];
}

type Placed = readonly [place: string, block: JsonObject];

/** The blocks with those within results of tools, which are told of by the same place. */
function placed(place: string, blocks: readonly JsonObject[]): readonly Placed[] {
  return blocks.flatMap((block): readonly Placed[] => [[place, block], ...placed(place, inner(block))]);
}

function inner(block: JsonObject): readonly JsonObject[] {
  if (block['type'] === 'tool_result') return asObjects(block['content']);
  const source = asObject(block['source']);
  return block['type'] === 'document' && source?.['type'] === 'content' ? asObjects(source['content']) : [];
}

function lostBlock(place: string, { type }: JsonObject): readonly string[] {
  return typeof type === 'string' && !TRANSLATED.has(type) ? [`${place}.${type.slice(0, 64)}`] : [];
}

function lostFields(place: string, block: JsonObject): readonly string[] {
  return LOST_FIELDS.filter((field) => asksForSomething(block[field])).map((field) => `${place}.${field}`);
}

function asksForSomething(value: JsonObject[string]): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(typeof value === 'object' && Object.keys(value).length === 0) && asObject(value)?.['enabled'] !== false;
}

function toWarning(feature: string): Warning {
  return {
    type: 'ignored',
    feature,
    detail: 'The vendor of the model that answered has no such thing; it was left out.',
  };
}

const LOWERED_EFFORT: Warning = {
  type: 'changed',
  feature: 'output_config.effort',
  detail: "'max' was asked for as 'xhigh', the most that other vendors know.",
};
