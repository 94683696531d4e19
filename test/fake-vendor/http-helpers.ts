import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../../workflows/contracts/json.js';
import type { VendorApi, VendorName } from './ask.js';

/** The API that a route belongs to; a base URL with or without `/v1` reaches it. */
export const apiOf = (route: string): VendorApi | undefined => {
  if (/^POST (\/v1)?\/chat\/completions$/.test(route)) return 'chat';
  if (/^POST (\/v1)?\/responses$/.test(route)) return 'responses';
  return /^POST (\/v1)?\/messages$/.test(route) ? 'messages' : undefined;
};

export const readBody = async (request: IncomingMessage): Promise<Json> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Json);
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** The headers as single strings. Credentials are left out: the log may be printed. */
export const headersOf = (request: IncomingMessage): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => name !== 'authorization' && name !== 'x-api-key')
      .map(([name, value]) => [name, String(value)]),
  );

/** The key that a request was sent with, in either vendor's way. */
const presentedKey = ({ headers }: IncomingMessage): string | undefined => {
  const own = headers['x-api-key'];
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? (typeof own === 'string' ? own : undefined);
};

/** Whether the request carries what its vendor takes as a credential: any key but one that says itself that it is revoked. */
export const hasCredential = (vendor: VendorName, request: IncomingMessage): boolean => {
  if (vendor === 'openai' && request.headers.authorization === undefined) return false;
  return !(presentedKey(request) ?? 'revoked').includes('revoked');
};

/** What tells one key from another without being one: the log may be printed. */
export const keyMarkOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 12);

export const keyMark = (request: IncomingMessage): string => keyMarkOf(presentedKey(request) ?? '');

/** Both vendors' list of models, which a valid key opens; the refusal repeats the key, as OpenAI's does in part. */
export const answerModels = (request: IncomingMessage, response: ServerResponse): void => {
  const key = presentedKey(request);
  if (key !== undefined && !key.includes('revoked')) return sendJson(response, 200, { object: 'list', data: [] });
  const message = `Incorrect API key provided: ${key}.`;
  sendJson(response, 401, { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } });
};
