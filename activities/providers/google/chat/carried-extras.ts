import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import type { Warnings } from '../../warnings.js';
import type { GenerateBody } from './wire.js';

/** What of `thinking_config` decides more than the caller's own words for it do. */
export interface CarriedExtras {
  readonly body: Pick<GenerateBody, 'safetySettings'>;
  readonly thinkingConfig?: JsonObject;
}

/**
 * Fields of Google's own within a chat completion, where its OpenAI-compatible endpoint has them: `extra_body.google`
 * (https://ai.google.dev/gemini-api/docs/openai#extra-body). Others are left out, and told of.
 */
export function carryExtras({ source: { dialect, body } }: ChatCall, warnings: Warnings): CarriedExtras {
  if (dialect !== 'openai-chat') return { body: {} };
  const extra = asObject(body['extra_body']);
  const google: JsonObject = { safety_settings: body['safety_settings'], ...asObject(extra?.['google']) };
  for (const name of Object.keys(extra ?? {})) {
    if (name !== 'google') warnings.add('ignored', `extra_body.${name}`, 'Unknown to the gateway, and not sent.');
  }
  for (const name of Object.keys(google)) {
    if (!CARRIED.has(name))
      warnings.add('unsupported', `extra_body.google.${name}`, REASONS[name] ?? 'It was not sent.');
  }
  const safetySettings = asObjects(google['safety_settings'] ?? google['safetySettings']).map(toSafetySetting);
  const thinkingConfig = asObject(google['thinking_config'] ?? google['thinkingConfig']);
  return {
    body: safetySettings.length === 0 ? {} : { safetySettings },
    ...(thinkingConfig !== undefined && { thinkingConfig: camelCased(thinkingConfig) }),
  };
}

const CARRIED = new Set(['safety_settings', 'safetySettings', 'thinking_config', 'thinkingConfig']);
/** The tokens of a cached content are not in the request, so that no hold could be reckoned for them. */
const NO_CACHED_CONTENT = 'What it holds is not in the request, so that its cost cannot be reckoned beforehand.';
const REASONS: { readonly [name: string]: string } = {
  cached_content: NO_CACHED_CONTENT,
  cachedContent: NO_CACHED_CONTENT,
};

function toSafetySetting(setting: JsonObject): JsonObject {
  const [category, threshold] = [asText(setting['category']), asText(setting['threshold'])];
  return { ...(category !== undefined && { category }), ...(threshold !== undefined && { threshold }) };
}

function camelCased(fields: JsonObject): JsonObject {
  const rename = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [rename(name), value]));
}
