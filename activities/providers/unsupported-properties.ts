import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Warnings } from './warnings.js';

/** What becomes of a request's properties at a vendor that has others. */
export interface PropertyRules {
  /** Properties that are translated or refused, or that the gateway itself honours. */
  readonly handled: ReadonlySet<string>;
  /** Those that cannot be honoured, with the reason that the caller is told. */
  readonly unsupported: { readonly [property: string]: string };
  /** Values that ask for no more than is done anyway. */
  readonly defaults: { readonly [property: string]: readonly Json[] };
}

/** Warns of everything in a request that is not sent on. */
export function warnOfProperties(
  asked: { readonly [property: string]: Json | undefined },
  { handled, unsupported, defaults }: PropertyRules,
  warnings: Warnings,
): void {
  for (const [property, value] of Object.entries(asked)) {
    if (handled.has(property) || asksForNothing(property, value, defaults)) continue;
    const reason = Object.hasOwn(unsupported, property) ? unsupported[property] : undefined;
    if (reason === undefined) warnings.add('ignored', property, 'Unknown to the gateway, and not sent to this vendor.');
    else warnings.add('unsupported', property, reason);
  }
}

function asksForNothing(property: string, value: Json | undefined, defaults: PropertyRules['defaults']): boolean {
  if (value === undefined || value === null || value === '') return true;
  // An empty object here asks for a search with the default options.
  if (isEmpty(value)) return property !== 'web_search_options';
  return defaults[property]?.includes(value) === true;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && Object.keys(value as JsonObject).length === 0;
}
