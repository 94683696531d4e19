import type { RequestError } from '../../http/describe-issue.js';
import { LIMITS } from './request-limits.js';

/**
 * Bounds the body's depth and number of values before anything recursive touches it. Walks with a list instead of the
 * stack, because `JSON.parse` accepts a nesting that `JSON.stringify` then dies of.
 */
export function checkStructure(body: object): RequestError | undefined {
  let level: unknown[] = [body];
  let values = 1;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > LIMITS.depth) {
      return refuse(`The body is nested too deeply. Expected at most ${LIMITS.depth} levels.`, 'invalid_value');
    }
    const next: unknown[] = [];
    for (const value of level) {
      for (const child of Object.values(value as object)) {
        if (typeof child === 'object' && child !== null) next.push(child);
        // JSON.parse turns 1e999 into Infinity, which JSON.stringify would silently turn into null.
        if (typeof child === 'number' && !Number.isFinite(child)) {
          return refuse(
            'The body has a number too large to be carried. Expected numbers below 1e308.',
            'invalid_value',
          );
        }
        values += 1;
        if (values > LIMITS.values) {
          return refuse(`The body has too many values. Expected at most ${LIMITS.values}.`, 'invalid_value');
        }
      }
    }
    level = next;
  }
  return undefined;
}

function refuse(message: string, code: string): RequestError {
  return { message, param: null, code };
}
