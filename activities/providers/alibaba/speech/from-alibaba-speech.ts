import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asText } from '../../json-fields.js';
import type { PieceStep } from '../../read-event-pieces.js';

/** One event: base64 in `output.audio.data`, and `finish_reason` `stop` in the last; a failure has `code` and `message`. */
export function readAlibabaEvent(event: JsonObject): {
  readonly steps: readonly PieceStep[];
  readonly reported?: UnitCounts | undefined;
} {
  const code = asText(event['code']);
  if (code !== undefined) {
    return { steps: [{ type: 'failed', body: { error: { code, message: asText(event['message']) ?? '' } } }] };
  }
  const output = asObject(event['output']);
  const sound = Buffer.from(asText(asObject(output?.['audio'])?.['data']) ?? '', 'base64');
  const steps: PieceStep[] = sound.length > 0 ? [{ type: 'piece', bytes: sound }] : [];
  if (output?.['finish_reason'] === 'stop') steps.push({ type: 'done' });
  return { steps, reported: unitsOf(asObject(event['usage'])) };
}

function unitsOf(usage: JsonObject | undefined): UnitCounts | undefined {
  if (usage === undefined) return undefined;
  const [characters, input, output] = ['characters', 'input_tokens', 'output_tokens'].map((name) =>
    asCount(usage[name]),
  );
  return {
    ...(characters !== undefined && { characters }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  };
}
