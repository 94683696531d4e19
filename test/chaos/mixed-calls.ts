import { fakeAnswerText } from '../fake-vendor/words.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import type { CallSpec } from './caller.js';

/** What the vendors do with the first call for each request; one that is made once more after a crash is answered. */
export interface VendorPart {
  readonly plain: Behaviour;
  readonly stream: Behaviour;
  /** An ordinary answer unless given. */
  readonly again?: Behaviour;
  /** The sandbox has no barriers: a slow model is under way for long enough to be met there. */
  readonly sandboxModel: string;
}

const openai = 'openai/gpt-4o-mini';
const anthropic = 'anthropic/claude-haiku-4-5';
/** `fallback`: the first vendor is overloaded, the second one answers. */
const groups = ['openai', 'anthropic', 'fallback', 'sandbox'] as const;

/** 16 requests: plain and streamed, keyed and not, to each group, a quarter of them to be finished without a caller. */
export function mixedCalls(round: string, part: VendorPart): readonly CallSpec[] {
  return groups.flatMap((group, index) =>
    [false, true].flatMap((keyed) =>
      [false, true].map((stream) =>
        callOf({ tag: `${round}-${index}${keyed ? 'k' : 'u'}${stream ? 's' : 'p'}`, group, keyed, stream }, part),
      ),
    ),
  );
}

interface Form {
  readonly tag: string;
  readonly group: (typeof groups)[number];
  readonly keyed: boolean;
  readonly stream: boolean;
}

function callOf({ tag, group, keyed, stream }: Form, part: VendorPart): CallSpec {
  const question = `What does the river say to ${tag}?`;
  const { prompt, models } = askOf(group, question, stream ? part.stream : part.plain, part);
  return {
    tag,
    stream,
    ...(keyed && { idempotencyKey: `key-${tag}` }),
    ...(group !== 'sandbox' && { expectedText: fakeAnswerText(question) }),
    fallback: group === 'fallback',
    body: {
      model: models[0] ?? '',
      models,
      messages: [{ role: 'user', content: prompt }],
      max_tokens: 24,
      ...(stream && { stream: true, stream_options: { include_usage: true } }),
      ...(group === 'anthropic' && { on_disconnect: 'finish' }),
    },
  };
}

function askOf(
  group: Form['group'],
  question: string,
  behaviour: Behaviour,
  { again = { behaviour: 'answer' }, sandboxModel }: VendorPart,
): { readonly prompt: string; readonly models: readonly string[] } {
  switch (group) {
    case 'openai':
      return { prompt: `${question} ${fakeMarker([behaviour, again])}`, models: [openai] };
    case 'anthropic':
      return { prompt: `${question} ${fakeMarker([behaviour, again])}`, models: [anthropic] };
    case 'fallback': {
      const turns: readonly Behaviour[] = [
        { behaviour: 'overloaded', vendor: 'openai' },
        { ...behaviour, vendor: 'anthropic' },
        { ...again, vendor: 'anthropic' },
      ];
      return { prompt: `${question} ${fakeMarker(turns)}`, models: [openai, anthropic] };
    }
    case 'sandbox':
      return { prompt: question, models: [sandboxModel] };
  }
}

/** The tag of the request that a vendor was sent, from the body in its log. */
export function tagIn(body: unknown): string | undefined {
  return /What does the river say to ([\w-]+)\?/.exec(JSON.stringify(body ?? ''))?.[1];
}
