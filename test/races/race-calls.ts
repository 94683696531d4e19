import type { CallSpec } from '../chaos/caller.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import type { Seeded } from '../fake-vendor/seeded.js';
import { fakeAnswerText } from '../fake-vendor/words.js';

export const raceModel = 'openai/gpt-4o-mini';
const inputNanoUsd = 150n;
const outputNanoUsd = 600n;
const cap = 24;

/** One call of any form: plain or a stream, of any cost, a quarter of them with a caller who leaves. */
export function raceCall(tag: string, next: Seeded): CallSpec {
  const stream = next(2) === 0;
  const chunks = 1 + next(cap - 1);
  const [input, output] = [next(200), next(cap + 4)];
  const question = `What does the river say to ${tag}?`;
  const behaviour: Behaviour = {
    behaviour: 'answer',
    chunks,
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    ...(stream && { gapMs: next(4) }),
  };
  const leaves = next(4) === 0 ? (stream && next(3) > 0 ? 200 + next(1_500) : ('sent' as const)) : undefined;
  return {
    ...{ tag, stream, fallback: false },
    expectedText: fakeAnswerText(question, { chunks }),
    ...(leaves !== undefined && { leaves }),
    body: {
      model: raceModel,
      messages: [{ role: 'user', content: `${question} ${fakeMarker(behaviour)}` }],
      max_tokens: cap,
      ...(stream && { stream: true, stream_options: { include_usage: true } }),
      ...(next(2) === 0 && { on_disconnect: 'finish' }),
    },
  };
}

/** What a vendor's usage costs, from its log and the catalogue's prices. */
export function costOf(usage: { readonly [field: string]: unknown }): bigint {
  return BigInt(Number(usage.prompt_tokens)) * inputNanoUsd + BigInt(Number(usage.completion_tokens)) * outputNanoUsd;
}
