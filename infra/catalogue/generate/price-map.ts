import { parseJsonWithNumberTexts } from './exact-number.js';
import type { VendorSource } from './sources.js';
import type { Tally } from './tally.js';

/** One model in LiteLLM's map, every number as the text that stands there. */
export interface PriceRow {
  /** The vendor's own name for the model. */
  readonly name: string;
  /** The vendor's region, where the price is one of that region. */
  readonly region?: string;
  readonly mode: string;
  readonly fields: { readonly [field: string]: unknown };
}

export type PriceMap = { readonly [name: string]: PriceRow['fields'] };

/** Throws where the text is no JSON. */
export function readPriceMap(text: string): PriceMap {
  return parseJsonWithNumberTexts(text) as PriceMap;
}

/** The rows of a vendor that are still served on `asOf` (a date such as `2026-11-24`), each model once. */
export function readRows(map: PriceMap, source: VendorSource, asOf: string, tally: Tally): readonly PriceRow[] {
  const seen = new Set<string>();
  return Object.entries(map).flatMap(([key, fields]) => {
    if (!source.map?.providers.includes(String(fields['litellm_provider']))) return [];
    const row = toRow(key, fields, source);
    if (isOver(fields, asOf)) return tally.drop('ended', key) ?? [];
    if (row === undefined || (isChat(row) && !isNamed(row, source))) return tally.drop('left_out', key) ?? [];
    const id = `${row.region ?? ''}/${row.name}/${kindOfMode(row.mode)}`;
    if (seen.has(id)) return tally.drop('repeated', key) ?? [];
    seen.add(id);
    return [row];
  });
}

export function isChat({ mode }: PriceRow): boolean {
  return mode === 'chat' || mode === 'responses';
}

/** The API that serves a chat row, by its mode; only of OpenAI itself can the adapter speak the newer one. */
const ENDPOINTS: { readonly [mode: string]: string } = { chat: '/v1/chat/completions', responses: '/v1/responses' };

/** Whether an API that the vendor's adapter speaks serves the row; where the map does not say, its mode does. */
export function isServed({ mode, fields }: PriceRow, vendor: string): boolean {
  if (mode !== 'chat' && !(mode === 'responses' && vendor === 'openai')) return false;
  const endpoints = fields['supported_endpoints'];
  return !(Array.isArray(endpoints) && !endpoints.includes(ENDPOINTS[mode]));
}

function kindOfMode(mode: string): string {
  return mode === 'responses' ? 'chat' : mode;
}

function toRow(key: string, fields: PriceRow['fields'], { vendor, map }: VendorSource): PriceRow | undefined {
  const prefix = map?.prefixes?.find((start) => key.startsWith(start)) ?? '';
  const placed = placeOf(vendor, key.slice(prefix.length));
  if (placed.name === '' || /[*\s]/.test(placed.name)) return undefined;
  const { mode } = fields;
  return { ...placed, mode: typeof mode === 'string' ? mode : 'none', fields };
}

/** A name without the region before it. What is sold everywhere at one price (`global`) has none. */
function placeOf(vendor: string, name: string): { readonly name: string; readonly region?: string } {
  if (vendor === 'azure') {
    const [, region = '', rest = name] = /^(eu|us|us-gov|apac|global|global-standard)\/(.+)$/.exec(name) ?? [];
    return region === '' || region.startsWith('global') ? { name: rest } : { name: rest, region };
  }
  if (vendor === 'bedrock') {
    const [, region, rest] = /^([a-z]{2}(?:-[a-z]+)+-\d)\/(.+)$/.exec(name) ?? [];
    if (region !== undefined && rest !== undefined) return { name: rest, region };
    const [, geography] = /^(us|eu|apac|au|jp|ca|in|us-gov)\./.exec(name) ?? [];
    return geography === undefined ? { name } : { name, region: geography };
  }
  // Vertex: the version that is asked for where none is named.
  return { name: name.replace(/@(default|latest)$/, '') };
}

function isNamed({ name, fields }: PriceRow, { map, vendor }: VendorSource): boolean {
  // Names that point to whatever is newest change their price without notice; the two oldest vendors' are documented.
  if (fields['alias_of'] !== undefined && vendor !== 'openai' && vendor !== 'anthropic') return false;
  return (map?.names?.test(name) ?? true) && !(map?.leftOut?.test(name) ?? false);
}

/** The map calls it deprecation, but the date is that of the shutdown: ISO dates compare as texts. */
function isOver({ deprecation_date: end }: PriceRow['fields'], asOf: string): boolean {
  return typeof end === 'string' && end <= asOf;
}
