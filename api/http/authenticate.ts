import type { FastifyRequest } from 'fastify';
import type { Caller, KeyCheck, KeyDirectory } from '../../workflows/contracts/ports.js';
import { allowsEndpoint } from '../../workflows/domain/restrictions.js';
import { lineCaller } from './line-caller.js';
import { refused } from './refused-error.js';

/** A caller whose key may call models: it belongs to a project. */
export interface InferenceCaller extends Caller {
  readonly projectId: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

/** Longer than any key of ours; nothing longer is worth hashing. */
const KEY_LENGTH_MAX = 512;

/** A hook that lets in whoever shows a valid key of the kind that the route is for. */
export function createAuthentication(keys: KeyDirectory, kind: Caller['kind']) {
  return async (request: FastifyRequest): Promise<void> => {
    const check = await checkCaller(keys, request);
    if (check.status !== 'valid') throw refused(KEY_REFUSALS[check.status]);
    if (check.caller.kind !== kind) throw refused(kind === 'admin' ? 'admin_key_required' : 'inference_key_required');
    const { scope } = request.routeOptions.config;
    if (scope && !allowsEndpoint(check.caller.restrictions ?? [], scope)) throw refused('endpoint_not_allowed');
    request.caller = check.caller;
  };
}

/** A line of a batch is asked for by the gateway itself, which has the key's id and not the key. */
async function checkCaller(keys: KeyDirectory, request: FastifyRequest): Promise<KeyCheck> {
  const line = lineCaller();
  if (line) return keys.checkId(line.keyId);
  const key = presentedKey(request);
  if (key === undefined) throw refused('missing_api_key');
  return key.length > KEY_LENGTH_MAX ? { status: 'unknown' } : keys.check(key);
}

const KEY_REFUSALS = { unknown: 'invalid_api_key', revoked: 'revoked_api_key', expired: 'expired_api_key' } as const;

export function adminOf(request: FastifyRequest): Caller {
  if (request.caller?.kind !== 'admin') throw refused('admin_key_required');
  return request.caller;
}

export function callerOf({ caller }: FastifyRequest): InferenceCaller {
  if (caller?.projectId === undefined) throw refused('inference_key_required');
  return { ...caller, projectId: caller.projectId };
}

/** OpenAI's way of presenting a key, and Anthropic's. */
function presentedKey({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const other = headers['x-api-key'];
  return bearer ?? (typeof other === 'string' && other !== '' ? other : undefined);
}
