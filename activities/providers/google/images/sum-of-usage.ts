import type { Unit, UnitCounts } from '../../../../workflows/contracts/usage.js';
import type { MadeImages } from '../../made-images.js';

/** The usage of several askings together; nothing where none told of any. */
export function sumOfUsage(made: readonly MadeImages[]): Pick<MadeImages, 'usage'> {
  const told = made.flatMap(({ usage }) => (usage ? [usage] : []));
  const [first] = told;
  if (first === undefined) return {};
  const units = told.reduce<UnitCounts>((sum, usage) => added(sum, usage.units), {});
  return { usage: { ...first, units } };
}

function added(left: UnitCounts, right: UnitCounts): UnitCounts {
  const units = new Set([...Object.keys(left), ...Object.keys(right)]) as ReadonlySet<Unit>;
  return Object.fromEntries([...units].map((unit) => [unit, (left[unit] ?? 0) + (right[unit] ?? 0)]));
}
