import { z } from 'zod';
import { OPENAI_NOT_BUILT } from '../dialects/not-built.js';
import { keyErrors } from './key-errors.js';
import type { Operation } from './operation.js';

const METHODS = ['GET', 'POST', 'DELETE'] as const;

/** Routes that answer 501 until they are built, so that the document has them, and says so. */
export const notBuiltOperations: readonly Operation[] = Object.keys(OPENAI_NOT_BUILT).flatMap((url) =>
  METHODS.map((method) => toOperation(method, url)),
);

function toOperation(method: Operation['method'], url: string): Operation {
  const path = url.replace('*', '{path}');
  return {
    method,
    path,
    id: `not-built-${method.toLowerCase()}${path
      .replace('/v1', '')
      .replaceAll(/[/_{}]+/g, '-')
      .replace(/-$/, '')}`,
    tag: 'Not built yet',
    summary: 'Not built yet: answers 501.',
    key: 'inference',
    ...(path !== url && { params: z.object({ path: z.string() }) }),
    answers: [],
    errors: [...keyErrors, 'not_implemented'],
  };
}
