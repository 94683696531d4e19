import { editDistance } from './edit-distance.js';

/** Longer text is nobody's typing mistake, and the distance costs the product of the lengths. */
const MAX_COMPARED_LENGTH = 50;

/** The names of a short list that are most like this one, the nearest first. */
export function nearestNames(name: string, names: readonly string[], count: number): readonly string[] {
  const wanted = name.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  return names
    .map((known) => ({ known, distance: editDistance(wanted, known.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, count)
    .map(({ known }) => known);
}
