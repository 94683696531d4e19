import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { VendorHttp, VendorRequest, VendorResponse } from '../../http.js';
import { ProviderFailure } from '../../port.js';
import { createAnthropicChat } from './create-anthropic-chat.js';
import { createDirectEndpoint } from './direct-endpoint.js';
import { testAttempt } from './test-attempt.js';

/** For tests: a vendor that answers with these bytes, in these pieces. */
export interface StubResponse {
  readonly pieces: readonly Uint8Array[];
  readonly status?: number;
  readonly contentType?: string;
}

export interface Stub {
  readonly http: VendorHttp;
  readonly requests: VendorRequest[];
  /** `release` and `discard`, in the order in which they were called. */
  readonly ends: string[];
}

export function stubHttp({
  pieces,
  status = 200,
  contentType = 'text/event-stream; charset=utf-8',
}: StubResponse): Stub {
  const requests: VendorRequest[] = [];
  const ends: string[] = [];
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const response: VendorResponse = {
    status,
    headers: { 'content-type': contentType },
    vendorRequestId: 'req_1',
    stream: stream(),
    readText: () => Promise.resolve(Buffer.concat(pieces).toString()),
    discard: () => void ends.push('discard'),
    release: () => void ends.push('release'),
  };
  const postJson = (request: VendorRequest) => {
    requests.push(request);
    return Promise.resolve(response);
  };
  const getJson = (request: Omit<VendorRequest, 'body'>) => postJson({ ...request, body: '' });
  return { http: { postJson, getJson, close: () => Promise.resolve() }, requests, ends };
}

export interface Read {
  readonly frames: readonly Frame[];
  readonly events: Frame['events'];
  readonly failure?: ProviderFailure;
}

/** Everything that the adapter makes of a response. */
export async function readThrough(stub: Stub, call: Partial<ChatCall> = { stream: true }): Promise<Read> {
  const provider = createAnthropicChat({
    id: 'anthropic',
    http: stub.http,
    endpoint: createDirectEndpoint({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1' }),
  });
  const frames: Frame[] = [];
  try {
    for await (const frame of provider.chat(testAttempt(call))) frames.push(frame);
    return { frames, events: frames.flatMap(({ events }) => events) };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { frames, events: frames.flatMap(({ events }) => events), failure: error };
  }
}
