import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { VendorApi, VendorName } from './ask.js';
import { generateRoute } from './generate-ask.js';

const conversePath = /^POST \/model\/([^/]+)\/converse(-stream)?$/;

/** What Converse says in its path, in the words of the other APIs' bodies; nothing for these. */
export const fieldsOfPath = (route: string): JsonObject => {
  const [, model, stream] = conversePath.exec(route) ?? [];
  return model === undefined ? {} : { model: decodeURIComponent(model), stream: stream !== undefined };
};

/** The API that a route belongs to; a base URL with or without `/v1` reaches it, and so do the addresses of Azure's. */
export const apiOf = (route: string): VendorApi | undefined => {
  if (/^POST (\/openai)?(\/v1|\/deployments\/[^/]+)?\/chat\/completions$/.test(route)) return 'chat';
  if (/^POST (\/openai)?(\/v1)?\/responses$/.test(route)) return 'responses';
  if (conversePath.test(route)) return 'converse';
  if (/^POST (\/anthropic)?(\/v1)?\/messages$/.test(route)) return 'messages';
  return generateRoute(route) === undefined ? undefined : 'generate';
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
      .filter(([name]) => !['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'].includes(name))
      .map(([name, value]) => [name, String(value)]),
  );

/** The key that a request was sent with, in any vendor's way. */
const presentedKey = ({ headers }: IncomingMessage): string | undefined => {
  const { authorization = '' } = headers;
  const own = keyHeaders.map((name) => headers[name]).find((value): value is string => typeof value === 'string');
  return /^(?:Bearer |AWS4-HMAC-SHA256 Credential=)(\S+)/.exec(authorization)?.[1] ?? own;
};

const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;
const ownHeaders = { openai: 'api-key', anthropic: 'x-api-key', google: 'x-goog-api-key', bedrock: undefined } as const;

/** Whether the request carries what its vendor takes as a credential: any key but one that says itself that it is revoked. */
export const hasCredential = (vendor: VendorName, request: IncomingMessage): boolean => {
  const own = ownHeaders[vendor];
  const isOwn =
    request.headers.authorization !== undefined || (own !== undefined && request.headers[own] !== undefined);
  return isOwn && !(presentedKey(request) ?? 'revoked').includes('revoked');
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
