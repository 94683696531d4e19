import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { readHttpFailure, type VendorHttp, type VendorResponse } from './http.js';
import { badResponse, parseVendorJson, requireObject } from './json-answer.js';
import { asObjects, isArray } from './json-fields.js';
import { readJsonLines } from './json-lines.js';
import { ProviderFailure } from './port.js';
import type { VendorTarget } from './vendor-endpoint.js';

/** What stands at an address of the vendor's API, as of a job. Throws a `ProviderFailure`. */
export function lookJson(http: VendorHttp, { url, headers }: VendorTarget, signal: AbortSignal): Promise<JsonObject> {
  return readJson(http.getJson({ url, headers, signal }));
}

/** As `lookJson`, where there is a list and nothing around it. */
export async function lookJsonList(
  http: VendorHttp,
  { url, headers }: VendorTarget,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const list = await readValue(http.getJson({ url, headers, signal }));
  if (!isArray(list)) throw badResponse('The vendor sent what is no list.');
  return asObjects(list);
}

/** The object that a vendor answers with. Throws a `ProviderFailure`. */
export async function readJson(asked: Promise<VendorResponse>): Promise<JsonObject> {
  return requireObject(await readValue(asked));
}

async function readValue(asked: Promise<VendorResponse>): Promise<Json> {
  const response = await asked;
  try {
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    return parseVendorJson(await response.readText());
  } finally {
    response.discard();
  }
}

/** As `lookJson`, where there are JSON lines: each as it comes. */
export async function* lookJsonLines(
  http: Pick<VendorHttp, 'getJson'>,
  { url, headers }: VendorTarget,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  const response = await http.getJson({ url, headers, signal });
  try {
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    yield* readJsonLines(response.stream);
  } finally {
    response.discard();
  }
}

/** What a vendor is asked to end or to delete: it may be gone already. Throws a `ProviderFailure`. */
export async function succeedUnlessGone(asked: Promise<VendorResponse | undefined> | undefined): Promise<void> {
  const response = await asked;
  if (response === undefined) return;
  try {
    const isDone = response.status < 300 || response.status === 404;
    if (!isDone) throw await readHttpFailure(response);
  } finally {
    response.discard();
  }
}

/** As `lookJson`; nothing where it is gone. */
export async function lookUnlessGone(
  http: VendorHttp,
  target: VendorTarget,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    return await lookJson(http, target, signal);
  } catch (error) {
    if (error instanceof ProviderFailure && error.failure.httpStatus === 404) return undefined;
    throw error;
  }
}
