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

/** Whether the request carries what its vendor takes as a credential. */
export const hasCredential = (vendor: VendorName, request: IncomingMessage): boolean => {
  const { authorization = '' } = request.headers;
  if (/^Bearer \S+$/.test(authorization)) return true;
  if (vendor === 'bedrock') return authorization.startsWith('AWS4-HMAC-SHA256 Credential=');
  return request.headers[keyHeaders[vendor]] !== undefined;
};

const keyHeaders = { openai: 'api-key', anthropic: 'x-api-key', google: 'x-goog-api-key' } as const;
