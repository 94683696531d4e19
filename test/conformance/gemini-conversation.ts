import { asObject, asObjects, asText, isArray } from '../../activities/providers/json-fields.js';
import type { ChatCall, MediaSource, Message, OutputFormat, Part, Tool } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

// A recorded request as the call that would have led to it, and its contents in a form to compare by.

/** The library of Python writes some of its fields with underscores. */
export function camelCased(value: Json): Json {
  if (isArray(value)) return value.map(camelCased);
  const fields = asObject(value);
  if (fields === undefined) return value;
  const rename = (name: string) =>
    FIELDS.has(name) ? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      rename(name),
      OPAQUE.has(rename(name)) ? field : camelCased(field ?? null),
    ]),
  );
}

const FIELDS = new Set([
  ...['function_call', 'function_response', 'thought_signature', 'inline_data', 'file_data', 'mime_type', 'file_uri'],
  ...[
    'parameters_json_schema',
    'include_thoughts',
    'thinking_level',
    'thinking_budget',
    'google_search',
    'url_context',
  ],
]);
/** Callers' own objects, whose fields are theirs. */
const OPAQUE = new Set([
  'args',
  'response',
  'parametersJsonSchema',
  'parameters',
  'responseJsonSchema',
  'responseSchema',
]);

/** Parts that no call of ours can have: tools that ran at the vendor, and settings of a video. */
const FOREIGN = ['toolCall', 'toolResponse', 'executableCode', 'codeExecutionResult', 'videoMetadata'];

/** Why a recorded request is no call of ours; nothing where it is one. */
export function whyNot(request: JsonObject): string | undefined {
  const parts = asObjects(request['contents']).flatMap(({ parts: all }) => asObjects(all));
  const foreign = FOREIGN.find((name) => parts.some((part) => part[name] !== undefined));
  if (foreign !== undefined) return foreign;
  const [first] = asObjects(request['contents']);
  if (asObjects(first?.['parts']).every((part) => part['text'] === '')) return 'no first message';
  if (request['cachedContent'] !== undefined) return 'cachedContent';
  if (!isArray(request['tools'] ?? [])) return 'tools that are no list';
  const own = asObjects(request['tools']).find((tool) => tool['functionDeclarations'] === undefined);
  return own === undefined ? undefined : Object.keys(own)[0];
}

/** The call of a recorded request, in canonical form. */
export function toCall(request: JsonObject): Partial<ChatCall> {
  const config = asObject(request['generationConfig']) ?? {};
  const schema = asObject(config['responseJsonSchema']);
  const format: OutputFormat | undefined =
    schema === undefined ? undefined : { type: 'json-schema', name: 'answer', schema };
  return {
    messages: [...toSystem(asObject(request['systemInstruction'])), ...toMessages(asObjects(request['contents']))],
    tools: toTools(request),
    ...(format !== undefined && { format }),
    ...(typeof config['temperature'] === 'number' && { temperature: config['temperature'] }),
    ...(typeof config['seed'] === 'number' && { seed: config['seed'] }),
  };
}

function toSystem(instruction: JsonObject | undefined): readonly Message[] {
  const content = asObjects(instruction?.['parts']).map((part): Part => ({
    type: 'text',
    text: asText(part['text']) ?? '',
  }));
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

function toTools(request: JsonObject): readonly Tool[] {
  return asObjects(request['tools'])
    .flatMap(({ functionDeclarations }) => asObjects(functionDeclarations))
    .map((declared) => {
      const description = asText(declared['description']);
      const parameters = asObject(declared['parametersJsonSchema'] ?? declared['parameters']);
      return {
        type: 'function',
        name: asText(declared['name']) ?? '',
        ...(description !== undefined && { description }),
        ...(parameters !== undefined && { parameters }),
      };
    });
}

/** Ids that were left out are given by order, as the adapter gives them. */
function toMessages(contents: readonly JsonObject[]): readonly Message[] {
  const waiting: { readonly id: string; readonly name: string }[] = [];
  let made = 0;
  const callOf = (call: JsonObject): Part => {
    const id = asText(call['id']) ?? `made_${(made += 1)}`;
    const name = asText(call['name']) ?? '';
    waiting.push({ id, name });
    return { type: 'tool-call', id, name, arguments: JSON.stringify(call['args'] ?? {}) };
  };
  const resultOf = (response: JsonObject): Part => {
    const name = asText(response['name']) ?? '';
    const known = waiting.find((call) => call.name === name);
    if (known !== undefined) waiting.splice(waiting.indexOf(known), 1);
    const media = asObjects(response['parts']).flatMap(toMediaPart);
    const text: Part = { type: 'text', text: JSON.stringify(response['response'] ?? {}) };
    return { type: 'tool-result', toolCallId: asText(response['id']) ?? known?.id ?? '', content: [text, ...media] };
  };
  return contents.map(({ role, parts }) => {
    const content = asObjects(parts).flatMap((part) => toParts(part, callOf, resultOf));
    return { role: role === 'model' ? 'assistant' : 'user', content };
  });
}

type Convert = (fields: JsonObject) => Part;

function toParts(part: JsonObject, callOf: Convert, resultOf: Convert): readonly Part[] {
  const signature = asText(part['thoughtSignature']);
  const proof = (id: string, text = ''): readonly Part[] =>
    signature === undefined ? [] : [{ type: 'reasoning', text, id, signature, vendor: 'google' }];
  const call = asObject(part['functionCall']);
  if (call !== undefined) {
    const made = callOf(call);
    return [...(made.type === 'tool-call' ? proof(made.id) : []), made];
  }
  const response = asObject(part['functionResponse']);
  if (response !== undefined) return [resultOf(response)];
  if (typeof part['text'] !== 'string') return toMediaPart(part);
  const { text } = part;
  if (part['thought'] === true)
    return signature === undefined ? [{ type: 'reasoning', text, vendor: 'google' }] : proof('thought', text);
  return [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...proof(text === '' ? 'empty' : 'text')];
}

function toMediaPart(part: JsonObject): readonly Part[] {
  const [inline, file] = [asObject(part['inlineData']), asObject(part['fileData'])];
  const mediaType = asText((inline ?? file)?.['mimeType']) ?? '';
  const source: MediaSource =
    inline === undefined
      ? { type: 'url', url: asText(file?.['fileUri']) ?? '' }
      : { type: 'base64', mediaType, data: asText(inline['data']) ?? '' };
  const [kind = ''] = mediaType.split('/');
  return [kind === 'image' || kind === 'audio' || kind === 'video' ? { type: kind, source } : { type: 'file', source }];
}

/**
 * Contents to compare by: neighbours of the same role joined, without what need not be the same: ids, thoughts that were not
 * signed, empty texts, and the signature that stands for none.
 */
export function comparable(contents: readonly JsonObject[]): readonly Json[] {
  const turns: { role: Json; parts: Json[] }[] = [];
  for (const { role, parts } of contents) {
    const kept = asObjects(parts).flatMap(comparablePart);
    if (kept.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === (role ?? 'user')) last.parts.push(...kept);
    else turns.push({ role: role ?? 'user', parts: kept });
  }
  return turns;
}

function comparablePart(part: JsonObject): readonly Json[] {
  const { thoughtSignature, ...others } = part;
  const signature = thoughtSignature === 'skip_thought_signature_validator' ? undefined : thoughtSignature;
  const signed = signature === undefined ? {} : { thoughtSignature: signature };
  if (signature === undefined && (others['thought'] === true || others['text'] === '')) return [];
  const call = asObject(others['functionCall']);
  if (call !== undefined) return [{ ...signed, functionCall: { name: call['name'], args: call['args'] ?? {} } }];
  const response = asObject(others['functionResponse']);
  if (response === undefined) return [{ ...others, ...signed }];
  const { id: _id, ...fields } = response;
  return [{ functionResponse: fields }];
}
