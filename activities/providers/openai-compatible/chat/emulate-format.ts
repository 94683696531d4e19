import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Offer } from '../../../../workflows/contracts/offers.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asText } from '../../json-fields.js';
import { asArray } from './json-fields.js';
import type { OpenAiCompatibleProfile } from './profile.js';

/** How an answer that the vendor cannot hold to a schema is asked for all the same. */
export interface EmulatedFormat {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
  /** What the answer is to be checked by once it is there. */
  readonly schema: JsonObject;
  /** The tool whose arguments are the answer; absent where the answer is text. */
  readonly tool?: string;
}

/**
 * The request with its `json_schema` in a form that the vendor knows: a tool that must be called, or its JSON mode with the
 * schema in words. Nothing where no schema is asked for, or the vendor enforces it. A model that is listed without
 * structured outputs, at a vendor that has them for others, is asked by a tool where it takes any.
 */
export function emulateFormat(
  body: JsonObject,
  { capabilities }: Pick<Offer, 'capabilities'>,
  { structuredOutputs }: Pick<OpenAiCompatibleProfile, 'structuredOutputs'>,
): EmulatedFormat | undefined {
  const format = asObject(body['response_format']);
  const asked = format?.['type'] === 'json_schema' ? asObject(format['json_schema']) : undefined;
  const schema = asObject(asked?.['schema']);
  if (asked === undefined || schema === undefined) return undefined;
  const able =
    structuredOutputs === 'native' && !(capabilities.includes('tools') && !capabilities.includes('json_schema'));
  if (able) return undefined;
  return structuredOutputs !== 'json_object' && schema['type'] === 'object' && !callDemanded(body)
    ? byTool(body, asked, schema)
    : inWords(body, schema);
}

function callDemanded(body: JsonObject): boolean {
  const choice = body['tool_choice'];
  const [legacy, functions] = [body['function_call'], body['functions']];
  // A named tool, or any: then no other may be called in its place. The older form has no place for one of ours.
  return choice === 'required' || asObject(choice) !== undefined || asObject(legacy) !== undefined || functions != null;
}

function byTool(body: JsonObject, asked: JsonObject, schema: JsonObject): EmulatedFormat {
  const { response_format: _format, ...others } = body;
  const tools = asArray(body['tools']) ?? [];
  const taken = tools.map((tool) => asText(asObject(asObject(tool)?.['function'])?.['name']));
  let name = asText(asked['name']) ?? 'answer';
  while (taken.includes(name)) name = `${name}_`;
  const description = asText(asked['description']) ?? 'Gives the answer. Call it once, with the whole answer.';
  const definition = { type: 'function', function: { name, description, parameters: schema } };
  // Where the model may call the caller's tools it must still call one: theirs, or the one that is the answer.
  const choice: Json =
    tools.length > 0 && body['tool_choice'] !== 'none' ? 'required' : { type: 'function', function: { name } };
  return {
    body: { ...others, tools: [...tools, definition], tool_choice: choice, parallel_tool_calls: false },
    warnings: [
      changed('This model is not held to a schema; it was asked to call a tool whose arguments are the answer.'),
    ],
    schema,
    tool: name,
  };
}

function inWords(body: JsonObject, schema: JsonObject): EmulatedFormat {
  const words = 'Answer with JSON that fits this schema and nothing else: no prose, no code fence.';
  const instruction = { role: 'system', content: `${words}\n${JSON.stringify(schema)}` };
  const messages = asArray(body['messages']) ?? [];
  const first = messages.findIndex((message) => !INSTRUCTIONS.includes(asObject(message)?.['role']));
  const at = first < 0 ? messages.length : first;
  return {
    body: {
      ...body,
      messages: [...messages.slice(0, at), instruction, ...messages.slice(at)],
      response_format: { type: 'json_object' },
    },
    warnings: [changed('This model is not held to a schema; it was told of it and asked for JSON.')],
    schema,
  };
}

const INSTRUCTIONS: readonly (Json | undefined)[] = ['system', 'developer'];

function changed(detail: string): Warning {
  return { type: 'changed', feature: 'response_format', detail };
}
