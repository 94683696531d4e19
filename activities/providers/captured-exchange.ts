import type { Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { VendorHttp, VendorRequest, VendorResponse } from './http.js';
import { parseVendorJson, requireObject } from './json-answer.js';
import { ProviderFailure } from './port.js';
import type { BatchedAnswer, BatchedAttempt } from './port.js';
import { type AnsweredProvider, isChatAttempt } from './vendor-batches.js';

/** What an adapter would have sent. */
export interface CapturedRequest {
  readonly url: string;
  readonly headers: VendorRequest['headers'];
  readonly body: JsonObject;
}

class CapturedError extends Error {
  override readonly name = 'CapturedError';
}

/**
 * Runs an adapter up to the moment when it sends, and gives what that would have been: the one way to a vendor's request, whether it goes
 * by itself or in a batch. @throws ProviderFailure of the adapter's own, where it asks for what the vendor has not; `model_not_found` where it
 * goes by itself alone.
 */
export async function captureRequest(
  providerBy: (http: VendorHttp) => AnsweredProvider,
  attempt: BatchedAttempt,
): Promise<CapturedRequest> {
  if (namesPictures(attempt)) {
    const message = 'Pictures at addresses are fetched, which a batch does not wait for.';
    throw new ProviderFailure({ class: 'model_not_found' }, { message });
  }
  let captured: VendorRequest | undefined;
  const http: VendorHttp = {
    postJson: (request) => {
      captured = request;
      return Promise.reject(new CapturedError());
    },
    getJson: refuse,
    close: () => Promise.resolve(),
  };
  try {
    for await (const _ of ask(providerBy(http), attempt)) break;
  } catch (error) {
    if (!(error instanceof CapturedError)) throw error;
  }
  if (captured === undefined) throw new ProviderFailure({ class: 'internal' }, { message: 'Nothing was to be sent.' });
  const { url, headers, body } = captured;
  return { url, headers, body: requireObject(parseVendorJson(body)) };
}

/** Vectors of pictures that are to be fetched first, by vendors that have batches of vectors. */
function namesPictures(attempt: BatchedAttempt): boolean {
  if (isChatAttempt(attempt)) return false;
  return attempt.call.inputs.some((input) => input.type === 'image' && input.source.type === 'url');
}

function ask({ chat, media, id }: AnsweredProvider, attempt: BatchedAttempt): AsyncIterable<Frame> {
  const answer = isChatAttempt(attempt) ? chat?.(attempt) : media?.embedding?.(attempt);
  if (answer !== undefined) return answer;
  throw new ProviderFailure({ class: 'internal' }, { message: `${id} has no ${attempt.call.kind} to be batched.` });
}

/** Answers whatever is sent with what a vendor has answered before. */
export function answeringHttp({ status, body, requestId }: BatchedAnswer): VendorHttp {
  const text = JSON.stringify(body);
  const answer = (): Promise<VendorResponse> =>
    Promise.resolve({
      status,
      headers: { 'content-type': 'application/json' },
      ...(requestId !== undefined && { vendorRequestId: requestId }),
      readText: () => Promise.resolve(text),
      stream: onePiece(text),
      discard: () => undefined,
      release: () => undefined,
    });
  return { postJson: answer, getJson: refuse, close: () => Promise.resolve() };
}

function refuse(): Promise<never> {
  return Promise.reject(new ProviderFailure({ class: 'internal' }, { message: 'Only what is posted can be batched.' }));
}

async function* onePiece(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
