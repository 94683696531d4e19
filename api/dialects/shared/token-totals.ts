import type { Unit, UnitCounts } from '../../../workflows/contracts/usage.js';

/** The sum of those units that were reported; `undefined`, which is not 0, where none was. */
export function sumOf(units: UnitCounts, names: readonly Unit[]): number | undefined {
  const reported = names.map((name) => units[name]).filter((count) => count !== undefined);
  return reported.length === 0 ? undefined : reported.reduce((total, count) => total + count, 0);
}

/** What OpenAI counts as input: cached and audio tokens included. */
export const INPUT_UNITS: readonly Unit[] = [
  'input',
  'input_cached_read',
  'input_cache_write_5m',
  'input_cache_write_1h',
  'input_audio',
  'input_image',
];

/** What OpenAI counts as output: reasoning included. */
export const OUTPUT_UNITS: readonly Unit[] = ['output', 'output_reasoning', 'output_audio', 'output_image'];
