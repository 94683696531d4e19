import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { withFixedLengthIds } from './fixed-length-ids.js';
import { asObject } from '../../json-fields.js';
import { asArray } from './json-fields.js';
import type { OpenAiCompatibleProfile } from './profile.js';

interface Fitted {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

/**
 * The request in the fields that the vendor takes: by its own names, and nothing that it refuses. Whatever is lost is told; a
 * field that says nothing (`null`, an empty list) goes in silence, as clients send those unasked.
 */
export function toVendorsFields(body: JsonObject, profile: OpenAiCompatibleProfile): Fitted {
  const { renamedFields = {} } = profile;
  const renamed = Object.fromEntries(Object.entries(body).map(([name, value]) => [renamedFields[name] ?? name, value]));
  const messages = toVendorsMessages(renamed, profile);
  const known = [...(profile.knownFields ?? []), ...ALWAYS_OURS];
  const isRefused = (name: string): boolean =>
    profile.dropFields.includes(name) || (profile.knownFields !== undefined && !known.includes(name));
  const refused = Object.entries(messages.body).filter(([name]) => isRefused(name));
  const lost = refused.filter(([, value]) => !saysNothing(value)).map(([name]) => callersName(name, renamedFields));
  const detail = `${profile.id} does not take this field; it was left out.`;
  const kept = Object.entries(messages.body).filter(([name]) => !isRefused(name));
  return {
    body: Object.fromEntries(kept),
    warnings: [...lost.map((feature): Warning => ({ type: 'unsupported', feature, detail })), ...messages.warnings],
  };
}

/** What the request is given after this, or has taken away; neither is the vendor's refusal. */
const ALWAYS_OURS = ['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'metadata'];

function callersName(name: string, renamed: { readonly [field: string]: string }): string {
  return Object.keys(renamed).find((field) => renamed[field] === name) ?? name;
}

/** Messages with the role `system` where the vendor has no `developer`, without fields that it refuses, and with its kind of ids. */
function toVendorsMessages(body: JsonObject, profile: OpenAiCompatibleProfile): Fitted {
  const messages = asArray(body['messages']);
  const { knownMessageFields: known, knowsDeveloperRole, callIdLength } = profile;
  if (messages === undefined) return { body, warnings: [] };
  const isKept = (name: string): boolean => known === undefined || known.includes(name);
  const said = isKept('refusal') ? messages : messages.map(withRefusalSaid);
  const toMessage = (message: Json): Json => {
    const fields = asObject(message);
    if (fields === undefined) return message;
    const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => isKept(name)));
    return kept['role'] === 'developer' && !knowsDeveloperRole ? { ...kept, role: 'system' } : kept;
  };
  const lost = said
    .flatMap((message) => Object.entries(asObject(message) ?? {}))
    .filter(([name, value]) => !isKept(name) && !saysNothing(value))
    .map(([name]) => `messages[].${name}`);
  const detail = `${profile.id} does not take this field; it was left out.`;
  const fitted = said.map(toMessage);
  return {
    body: { ...body, messages: callIdLength === undefined ? fitted : withFixedLengthIds(fitted, callIdLength) },
    warnings: [...new Set(lost)].map((feature) => ({ type: 'unsupported', feature, detail })),
  };
}

/** An earlier refusal as what was said, where it has no field of its own: a message that says nothing would be refused. */
function withRefusalSaid(message: Json): Json {
  const fields = asObject(message);
  const isAll = fields !== undefined && saysNothing(fields['content']) && saysNothing(fields['tool_calls']);
  if (!isAll || saysNothing(fields['refusal'])) return message;
  const { refusal, ...others } = fields;
  return { ...others, content: refusal ?? null };
}

/** Zero says something: a seed of 0 is a seed. */
function saysNothing(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
