import { parseJsonWithNumberTexts } from './exact-number.js';

/** One model in LiteLLM's map, every number as the text that stands there. */
export interface PriceRow {
  readonly name: string;
  readonly fields: { readonly [field: string]: unknown };
}

const VENDOR_NAMES = {
  // Chat models by their own names: no fine-tunes (`ft:`), which are priced by their base but named by their owners.
  openai: /^(gpt-\d|gpt-audio|chatgpt-|chat-latest$|o\d)/,
  anthropic: /^claude-/,
} as const;

export type MappedVendor = keyof typeof VENDOR_NAMES;

/**
 * What neither API for text serves, or only to selected customers; and models that search the web with every request,
 * because what they charge per search is in no usage that they report, so that it could not be charged on.
 */
const LEFT_OUT = /search|cyber|rosalind|-law|computer-use|realtime|transcribe|tts/;

/** The API that serves a model, by the map's `mode` for it; OpenAI has models of both. */
const ENDPOINTS: { readonly [mode: string]: string } = { chat: '/v1/chat/completions', responses: '/v1/responses' };

/** The rows of a vendor's chat models that are still served on `asOf` (a date such as `2026-11-24`). */
export function readRows(text: string, vendor: MappedVendor, asOf: string): readonly PriceRow[] {
  const map = parseJsonWithNumberTexts(text) as { readonly [name: string]: PriceRow['fields'] };
  return Object.entries(map)
    .map(([name, fields]) => ({ name, fields }))
    .filter(
      ({ name, fields }) =>
        fields['litellm_provider'] === vendor && endpointOf(fields) !== undefined && isNamed(name, vendor),
    )
    .filter(({ fields }) => isServed(fields, asOf));
}

function isNamed(name: string, vendor: MappedVendor): boolean {
  return VENDOR_NAMES[vendor].test(name) && !LEFT_OUT.test(name);
}

function endpointOf({ mode }: PriceRow['fields']): string | undefined {
  return typeof mode === 'string' && Object.hasOwn(ENDPOINTS, mode) ? ENDPOINTS[mode] : undefined;
}

function isServed(fields: PriceRow['fields'], asOf: string): boolean {
  const { deprecation_date: end, supported_endpoints: endpoints } = fields;
  // The map calls it deprecation, but the date is that of the shutdown: ISO dates compare as texts.
  const isOver = typeof end === 'string' && end <= asOf;
  const isElsewhere = Array.isArray(endpoints) && !endpoints.includes(endpointOf(fields));
  return !isOver && !isElsewhere;
}
