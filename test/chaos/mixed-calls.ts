import { fakeAnswerText } from '../fake-vendor/words.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import type { CallSpec } from './caller.js';

/** What the vendors do with the first call for each request; one that is made once more after a crash is answered. */
export interface VendorPart {
  readonly plain: Behaviour;
  readonly stream: Behaviour;
  /** The sandbox has no barriers: a slow model is under way for long enough to be met there. */
  readonly sandboxModel: string;
}

const vendors = ['openai', 'anthropic', 'openai', 'sandbox'] as const;
const models = { openai: 'openai/gpt-4o-mini', anthropic: 'anthropic/claude-haiku-4-5' } as const;

/** 16 requests: plain and streamed, keyed and not, at three vendors, a quarter of them to be finished without a caller. */
export function mixedCalls(round: string, part: VendorPart): readonly CallSpec[] {
  return vendors.flatMap((vendor, group) =>
    [false, true].flatMap((keyed) =>
      [false, true].map((stream) =>
        callOf({ tag: `${round}-${group}${keyed ? 'k' : 'u'}${stream ? 's' : 'p'}`, vendor, keyed, stream, group }, part),
      ),
    ),
  );
}

interface Form {
  readonly tag: string;
  readonly vendor: (typeof vendors)[number];
  readonly keyed: boolean;
  readonly stream: boolean;
  readonly group: number;
}

function callOf({ tag, vendor, keyed, stream, group }: Form, part: VendorPart): CallSpec {
  const question = `What does the river say to ${tag}?`;
  const behaviour = stream ? part.stream : part.plain;
  const prompt = vendor === 'sandbox' ? question : `${question} ${fakeMarker([behaviour, { behaviour: 'answer' }])}`;
  return {
    tag,
    stream,
    ...(keyed && { idempotencyKey: `key-${tag}` }),
    ...(vendor !== 'sandbox' && { expectedText: fakeAnswerText(question) }),
    body: {
      model: vendor === 'sandbox' ? part.sandboxModel : models[vendor],
      messages: [{ role: 'user', content: prompt }],
      max_tokens: 24,
      ...(stream && { stream: true, stream_options: { include_usage: true } }),
      ...(group === 2 && { on_disconnect: 'finish' }),
    },
  };
}

/** The tag of the request that a vendor was sent, from the body in its log. */
export function tagIn(body: unknown): string | undefined {
  return /What does the river say to ([\w-]+)\?/.exec(JSON.stringify(body ?? ''))?.[1];
}
