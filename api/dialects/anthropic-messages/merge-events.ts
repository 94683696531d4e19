import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { asNumber, asObject, asText, fieldsBesides } from './json-fields.js';

interface OpenBlock {
  block: JsonObject;
  /** The input of a tool so far, as text. */
  json: string;
}

/** One plain message from the events of a streamed one, unknown fields, blocks and deltas included. */
export function mergeEvents(events: readonly JsonObject[]): JsonObject {
  let message: JsonObject = {};
  const blocks = new Map<number, OpenBlock>();
  for (const event of events) {
    const index = asNumber(event['index']) ?? 0;
    switch (event['type']) {
      case 'message_start':
        message = asObject(event['message']) ?? {};
        break;
      case 'content_block_start':
        blocks.set(index, { block: asObject(event['content_block']) ?? {}, json: '' });
        break;
      case 'content_block_delta': {
        const open = blocks.get(index);
        if (open) extend(open, asObject(event['delta']) ?? {});
        break;
      }
      case 'message_delta':
        message = endMessage(message, event);
        break;
      default:
    }
  }
  const content = [...blocks].sort(([left], [right]) => left - right).map(([, open]) => finishBlock(open));
  return { ...message, content };
}

function endMessage(message: JsonObject, event: JsonObject): JsonObject {
  const { delta, usage, ...others } = fieldsBesides(event, ['type']);
  const reported = Object.entries(asObject(usage) ?? {}).filter(([, value]) => value !== null);
  return {
    ...message,
    ...asObject(delta),
    ...others,
    usage: { ...asObject(message['usage']), ...Object.fromEntries(reported) },
  };
}

function extend(open: OpenBlock, delta: JsonObject): void {
  const { block } = open;
  switch (delta['type']) {
    case 'text_delta':
      open.block = { ...block, text: joined(block['text'], delta['text']) };
      return;
    case 'thinking_delta':
      open.block = { ...block, thinking: joined(block['thinking'], delta['thinking']) };
      return;
    case 'input_json_delta':
      open.json += asText(delta['partial_json']) ?? '';
      return;
    case 'citations_delta': {
      const before: Json = block['citations'] ?? [];
      const citations = [...(Array.isArray(before) ? (before as readonly Json[]) : []), delta['citation'] ?? null];
      open.block = { ...block, citations };
      return;
    }
    default:
      // A signature and a compaction come whole, in one delta; so it is assumed of what is not known.
      open.block = { ...block, ...fieldsBesides(delta, ['type']) };
  }
}

function joined(before: Json | undefined, piece: Json | undefined): string {
  return (asText(before) ?? '') + (asText(piece) ?? '');
}

function finishBlock({ block, json }: OpenBlock): JsonObject {
  return json === '' ? block : { ...block, input: parseInput(json) };
}

/** Input that a limit has cut off is no JSON; the caller gets what there is of it, as text. */
function parseInput(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return { arguments: json };
  }
}
