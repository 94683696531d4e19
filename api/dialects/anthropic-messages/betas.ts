import type { FastifyRequest } from 'fastify';
import { refused } from '../../http/refused-error.js';

const BETA = /^[A-Za-z0-9_.-]{1,64}$/;
const BETAS_MAX = 32;

/** The beta features of the `anthropic-beta` header, which is a list between commas. Throws `invalid_request`. */
export function betasOf({ headers }: Pick<FastifyRequest, 'headers'>): readonly string[] {
  const header = headers['anthropic-beta'];
  const names = [header ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length <= BETAS_MAX && names.every((name) => BETA.test(name))) return [...new Set(names)];
  const message = `The header 'anthropic-beta' must be at most ${BETAS_MAX} names of features between commas.`;
  throw refused('invalid_request', message, { param: 'anthropic-beta' });
}
