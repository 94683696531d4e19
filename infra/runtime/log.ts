import { pino, type Logger } from 'pino';
import type { Config } from './config-types.js';

export type { Logger } from 'pino';

/** One JSON line an event on standard output. Callers give ids, codes, counts and times; never content. */
export function createLog(level: Config['logLevel']): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime });
}

/**
 * What may be logged of an error: its name, its code and where it arose. Not its message, because drivers, parsers and
 * vendors quote in theirs what they were given.
 */
export function describeError(error: unknown): { errorName: string; errorCode?: string; at?: string } {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const code: unknown = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
  return {
    errorName: error.name,
    ...((typeof code === 'string' || typeof code === 'number') && { errorCode: String(code) }),
    ...(frames.length > 0 && { at: frames.join(' < ') }),
  };
}
