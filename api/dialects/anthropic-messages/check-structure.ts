import { problemAt } from './request-error.js';
import type { RequestError } from './request-error.js';
import { LIMITS } from './request-limits.js';

/**
 * Bounds the body's depth and number of values before anything recursive touches it. Walks with a list instead of the
 * stack, because `JSON.parse` accepts a nesting that `JSON.stringify` then dies of.
 */
export function checkStructure(body: object): RequestError | undefined {
  let level: readonly unknown[] = [body];
  let values = 1;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > LIMITS.depth) {
      return problemAt([], `The body is nested too deeply. Send at most ${LIMITS.depth} levels.`);
    }
    const children = level.flatMap((value) => Object.values(value as object) as readonly unknown[]);
    values += children.length;
    if (values > LIMITS.values) return problemAt([], `The body has too many values. Send at most ${LIMITS.values}.`);
    // JSON.parse turns 1e999 into Infinity, which JSON.stringify would silently turn into null.
    if (children.some((child) => typeof child === 'number' && !Number.isFinite(child))) {
      return problemAt([], 'The body has a number too large to be carried. Send numbers below 1e308.');
    }
    level = children.filter((child) => typeof child === 'object' && child !== null);
  }
  return undefined;
}
