import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { Frame } from '../../../workflows/contracts/answer.js';
import type { Capability } from '../../../workflows/contracts/offers.js';
import type { Stub } from '../anthropic/chat/stub-http.js';
import { testAttempt } from '../anthropic/chat/test-attempt.js';
import type { ChatAttempt } from '../port.js';
import { ProviderFailure } from '../port.js';
import { createBedrock } from './create-bedrock.js';
import { toConverse } from './converse/to-converse.js';
import type { ConverseBody } from './converse/wire.js';

/** Attempts for tests, complete but for what each test is about. */
export const NOVA = 'us.amazon.nova-lite-v1:0';
export const SONNET_45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
export const SONNET_46 = 'us.anthropic.claude-sonnet-4-6';
export const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0';
export const GPT_OSS = 'openai.gpt-oss-120b-1:0';
export const MIXTRAL = 'mistral.mixtral-8x7b-instruct-v0:1';

export function bedrockAttempt(
  call: Partial<ChatCall>,
  vendorModel = NOVA,
  others: Partial<ChatAttempt> = {},
  capabilities: readonly Capability[] = ['tools', 'json_schema'],
): ChatAttempt {
  const attempt = testAttempt(call, vendorModel, others);
  return { ...attempt, offer: { ...attempt.offer, id: `bedrock/${vendorModel}`, vendor: 'bedrock', capabilities } };
}

export interface Translated {
  readonly body: ConverseBody;
  readonly streams: boolean;
  /** What was warned of, as `type feature`. */
  readonly warned: readonly string[];
}

export function translate(...asked: Parameters<typeof bedrockAttempt>): Translated {
  const { body, streams, warnings } = toConverse(bedrockAttempt(...asked));
  // As it goes over the wire, so that no undefined field hides.
  const sent = JSON.parse(JSON.stringify(body)) as ConverseBody;
  return { body: sent, streams, warned: warnings.map(({ type, feature }) => `${type} ${feature}`) };
}

export interface Read {
  readonly frames: readonly Frame[];
  readonly events: Frame['events'];
  readonly failure?: ProviderFailure;
}

/** Everything that the adapter makes of a response. */
export async function readThrough(stub: Stub, attempt: ChatAttempt): Promise<Read> {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' };
  const provider = createBedrock({ region: 'us-east-1', keys, http: stub.http });
  const frames: Frame[] = [];
  try {
    for await (const frame of provider.chat(attempt)) frames.push(frame);
    return { frames, events: frames.flatMap(({ events }) => events) };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { frames, events: frames.flatMap(({ events }) => events), failure: error };
  }
}
