import { isDeepStrictEqual } from 'node:util';
import type { Change, Difference, PlanPart } from './change.js';
import { nothing } from './change.js';

type Fields = Readonly<Record<string, unknown>>;

export const restrictionNames = ['allowed_models', 'denied_models', 'allowed_endpoints'] as const;

/** The fields that are declared and are not so; of what is not there yet, those that are declared at all. */
export function differences(
  declared: Fields,
  existing: Fields | undefined,
  names: readonly string[],
): readonly Difference[] {
  return names.flatMap((field): readonly Difference[] => {
    const after = declared[field];
    if (after === undefined) return [];
    if (!existing) return after === null ? [] : [{ field, after }];
    const before = existing[field];
    return isSame(before, after) ? [] : [{ field, before: before ?? null, after }];
  });
}

/** The order of a list says nothing in any field that a declaration has. */
function isSame(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return isDeepStrictEqual(before, after);
  return isDeepStrictEqual(new Set<unknown>(before), new Set<unknown>(after));
}

/** The body of a change: the new values of the fields that differ. */
export function toBody(different: readonly Difference[]): { readonly [field: string]: unknown } {
  return Object.fromEntries(different.map(({ field, after }) => [field, after]));
}

/** What exists of a declared name; more than one is nobody's guess. */
export function findNamed<T extends { readonly name: string }>(
  existing: readonly T[],
  name: string,
  address: string,
): { readonly found?: T; readonly problems: readonly string[] } {
  const [found, second] = existing.filter((one) => one.name === name);
  if (second) return { problems: [`${address}: more than one exists of this name; rename or close all but one`] };
  return { ...(found && { found }), problems: [] };
}

/** What exists and is not declared: closed where the level is pruned, else only told of. */
export function planRest<T>(
  rest: readonly T[],
  isPruned: boolean,
  addressOf: (one: T) => string,
  close: (one: T) => Change['steps'][number],
): PlanPart {
  if (!isPruned) return { ...nothing, unmanaged: rest.map(addressOf) };
  const closes = rest.map((one): Change => ({
    action: 'close',
    address: addressOf(one),
    differences: [],
    steps: [close(one)],
  }));
  return { ...nothing, closes };
}
