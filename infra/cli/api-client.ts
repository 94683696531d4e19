import { z } from 'zod';
import type { AdminAccess } from '../runtime/config.js';

/** An object of the management API, with its fields as they are on the wire. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** Values of a query; a list is sent as its name again and again. */
export type ApiQuery = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export type ApiMethod = 'GET' | 'POST' | 'DELETE';

/** Calls `/v1/organization` and what is below it; paths begin behind that, but for those that begin with `/v1/` themselves. Every method throws an `ApiError`. */
export interface ApiClient {
  get(path: string, query?: ApiQuery): Promise<ApiObject>;
  /** Every object of a list, page after page. */
  list(path: string, query?: ApiQuery): Promise<readonly ApiObject[]>;
  send(method: ApiMethod, path: string, body?: unknown): Promise<ApiObject>;
}

/** The gateway refused, or did not answer. The message is one sentence that an operator can act upon. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

const PAGE_SIZE = 100;
const TIMEOUT_MS = 60_000;

const refusalSchema = z.object({
  error: z.object({ message: z.string(), code: z.string().nullish(), param: z.string().nullish() }),
});
const pageSchema = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  has_more: z.boolean(),
  last_id: z.string().nullish(),
});
const objectSchema = z.record(z.string(), z.unknown());

export function createApiClient({ baseUrl, adminKey }: AdminAccess): ApiClient {
  const call = async (method: ApiMethod, path: string, query: ApiQuery = {}, body?: unknown): Promise<ApiObject> => {
    const url = `${baseUrl}${path.startsWith('/v1/') ? '' : '/v1/organization'}${path}${toSearch(query)}`;
    const response = await request(url, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return readAnswer(response, baseUrl);
  };
  return {
    get: (path, query) => call('GET', path, query),
    send: (method, path, body) => call(method, path, {}, body),
    list: async (path, query) => {
      const all: ApiObject[] = [];
      for (let after: string | undefined; ;) {
        const page = pageSchema.parse(await call('GET', path, { ...query, limit: PAGE_SIZE, after }));
        all.push(...page.data);
        if (!page.has_more || page.last_id == null) return all;
        after = page.last_id;
      }
    },
  };
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const said = reason instanceof Error ? reason.message : String(reason);
    // What it may have done before it fell silent is for the operator to look up: nothing is sent twice.
    throw new ApiError(`The gateway at ${new URL(url).origin} does not answer: ${said}.`, { cause: error });
  }
}

async function readAnswer(response: Response, baseUrl: string): Promise<ApiObject> {
  const text = await response.text();
  const body = objectSchema.safeParse(parseJson(text));
  if (response.ok && body.success) return body.data;
  const refusal = refusalSchema.safeParse(body.data);
  if (!refusal.success) {
    throw new ApiError(`${baseUrl} answered ${response.status}, and not as Sluice does: is it the gateway's URL?`);
  }
  const { message, code, param } = refusal.data.error;
  const about = [
    ...(code == null ? [`status ${response.status}`] : [`code ${code}`]),
    ...(param == null ? [] : [`param ${param}`]),
  ];
  throw new ApiError(`${message.replace(/\.$/, '')} (${about.join(', ')}).`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toSearch(query: ApiQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const one of value) search.append(`${name}[]`, one);
    else search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
