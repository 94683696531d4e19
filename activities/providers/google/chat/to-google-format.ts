import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ModelTraits } from './model-traits.js';
import { toGoogleSchema } from './to-google-schema.js';
import type { Warnings } from '../../warnings.js';
import type { GenerationConfig, WireText } from './wire.js';

/** How the form of the answer is asked for: by the vendor's own means, or in words. */
export interface FormatPlan {
  readonly config: Pick<GenerationConfig, 'responseMimeType' | 'responseJsonSchema'>;
  readonly instruction?: WireText;
  /** The schema that the vendor does not hold the answer to, or not to all of it. */
  readonly unenforced?: JsonObject;
}

const JSON_TYPE = 'application/json';

export function toFormatPlan(call: ChatCall, traits: ModelTraits, hasTools: boolean, warnings: Warnings): FormatPlan {
  const { format } = call;
  if (format === undefined || format.type === 'text') return { config: {} };
  // "Function calling with a response mime type: 'application/json' is unsupported", say models before Gemini 3.
  if (traits.isGemma || (hasTools && !traits.isThirdGeneration)) return inWords(format, warnings);
  if (format.type === 'json-object') return { config: { responseMimeType: JSON_TYPE } };
  const { schema, left } = toGoogleSchema(withDescription(format));
  if (left.length === 0) return { config: { responseMimeType: JSON_TYPE, responseJsonSchema: schema } };
  const detail = `Left out of the schema, because Google does not hold its models to them: ${left.join(', ')}.`;
  warnings.add('changed', 'response_format', detail);
  return { config: { responseMimeType: JSON_TYPE, responseJsonSchema: schema }, unenforced: format.schema };
}

type JsonFormat = Exclude<NonNullable<ChatCall['format']>, { type: 'text' }>;

function inWords(format: JsonFormat, warnings: Warnings): FormatPlan {
  const detail = 'This model has no JSON mode beside tools: it was told to answer in JSON, which is not enforced.';
  warnings.add('changed', 'response_format', detail);
  if (format.type === 'json-object') {
    const words = 'Answer with one valid JSON object and nothing else: no prose, no code fence.';
    return { config: {}, instruction: { text: words } };
  }
  const words = 'Answer with JSON that fits this schema and nothing else: no prose, no code fence.';
  const instruction = { text: `${words}\n${JSON.stringify(withDescription(format))}` };
  return { config: {}, instruction, unenforced: format.schema };
}

function withDescription({ schema, description }: Extract<JsonFormat, { type: 'json-schema' }>): JsonObject {
  return description === undefined || schema['description'] !== undefined ? schema : { ...schema, description };
}
