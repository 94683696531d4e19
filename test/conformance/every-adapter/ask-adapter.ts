import type { VendorHttp, VendorRequest } from '../../../activities/providers/http.js';
import { ProviderFailure } from '../../../activities/providers/port.js';
import { createProviders } from '../../../activities/providers/registry.js';
import type { ChatProvider } from '../../../activities/providers/port.js';
import { COMPATIBLE_PROFILES } from '../../../activities/providers/openai-compatible/profiles.js';
import type { AnswerEvent } from '../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { Adapter } from './adapters.js';

/** What no body and no address may hold. */
export const SECRET = 'secret-of-the-account-5527';

/** What the plan pays for: no call below asks for as little. */
export const CAP = 3071;

const ACCESS = { apiKey: SECRET, baseUrl: 'https://vendor.example.com/v1' };

/** Every vendor of the registry that has chat, configured. */
export function allProviders(http: VendorHttp): ReadonlyMap<string, ChatProvider> {
  const providers = createProviders({
    ...{ openai: ACCESS, anthropic: ACCESS, google: ACCESS, sandbox: true, http },
    azure: { endpoint: 'https://resource.openai.azure.com', apiKey: SECRET },
    bedrock: { region: 'us-east-1', keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET } },
    vertex: { project: 'my-project', location: 'global', accessToken: SECRET },
    compatible: Object.fromEntries(COMPATIBLE_PROFILES.map(({ id }) => [id, ACCESS])),
  });
  return new Map([...providers].flatMap(([id, { chat, ...provider }]) => (chat ? [[id, { ...provider, chat }]] : [])));
}

/** What a vendor answers: how it names the bytes, and in which pieces they come. */
export interface VendorAnswer {
  readonly type: string;
  readonly pieces: readonly Uint8Array[];
}

export interface Outcome {
  readonly events: readonly AnswerEvent[];
  readonly sent: readonly VendorRequest[];
  readonly failure?: ProviderFailure;
}

/** What the adapter sends for a call, and what it makes of the answer. */
export async function askAdapter(
  adapter: Adapter,
  call: ChatCall,
  answerTo: (request: VendorRequest) => VendorAnswer,
): Promise<Outcome> {
  const sent: VendorRequest[] = [];
  const provider = allProviders(httpOf(answerTo, sent)).get(adapter.vendor);
  if (provider === undefined) throw new Error(`no such vendor: ${adapter.vendor}`);
  const events: AnswerEvent[] = [];
  try {
    for await (const frame of provider.chat(attemptOf(adapter, call))) events.push(...frame.events);
    return { events, sent };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { events, sent, failure: error };
  }
}

function httpOf(answerTo: (request: VendorRequest) => VendorAnswer, sent: VendorRequest[]): VendorHttp {
  return {
    getJson: () => Promise.reject(new Error('not asked')),
    postJson: (request) => {
      sent.push(request);
      const { type, pieces } = answerTo(request);
      return Promise.resolve({
        status: 200,
        headers: { 'content-type': type },
        stream: streamOf(pieces),
        readText: () => Promise.resolve(Buffer.concat(pieces).toString('utf8')),
        discard: () => undefined,
        release: () => undefined,
      });
    },
    close: () => Promise.resolve(),
  };
}

async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

type Asked = Pick<Adapter, 'vendor' | 'vendorModel' | 'model' | 'offerWire'>;

export function attemptOf({ vendor, vendorModel, model, offerWire }: Asked, call: ChatCall) {
  return {
    call,
    offer: {
      id: `${vendor}/${vendorModel}`,
      ...{ vendor, vendorModel, aliases: [], kind: 'chat' as const },
      ...(model !== undefined && { model }),
      ...(offerWire !== undefined && { wire: offerWire }),
      contextWindow: 1_000_000,
      maxOutputTokens: 64_000,
      capabilities: ['tools', 'images', 'json_schema', 'reasoning'] as const,
      prices: {},
      source: { url: 'https://example.com', asOf: '2026-01-01' },
      created: 1,
    },
    maxOutputTokens: CAP,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
  };
}
