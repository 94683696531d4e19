import type { PriceList } from '../../workflows/contracts/offers.js';

/** Why a recorded answer cost something else than it would at the catalogue's prices. */
export interface Explanation {
  readonly id: string;
  readonly text: string;
  /** `vendor/model` that it concerns, or a single recording of it. */
  readonly of: string;
  readonly recording?: string;
  /** The prices of then, with which the stated cost comes out exactly. */
  readonly prices?: PriceList;
  /** What was charged besides, by no unit of ours. */
  readonly feeNanoUsd?: number;
}

const perMillion = (usd: string) => ({ usd, per: 1_000_000 });
const then = (input: string, output: string, more: { readonly read?: string; readonly write?: string } = {}) => ({
  input: perMillion(input),
  output: perMillion(output),
  ...(more.read !== undefined && { input_cached_read: perMillion(more.read) }),
  ...(more.write !== undefined && { input_cache_write_5m: perMillion(more.write) }),
});

const MOVED = {
  id: 'price moved',
  text: 'At the day of the recording the route had another price; OpenRouter moves a request to whichever host is up.',
};
const GONE = {
  id: 'no offer',
  text: 'The catalogue does not have the model (any more, or yet); at its price of the recording the sum is the stated one.',
};
const SEARCH = {
  id: 'search fee',
  text: 'A search by OpenRouter has a price of its own, which no offer here names: such a request is refused, because it could not be bounded.',
};
const ADVISOR = {
  id: 'advisor',
  text: 'The server tool `openrouter:advisor` asked another model; what that cost is in the sum and in no count of tokens. The gateway does not send that tool.',
};
const BYOK = {
  id: 'own key',
  text: 'The request ran on the account’s own key with the maker, so that OpenRouter charged nothing itself; what it says of the maker’s price is ours.',
};
const DEEPSEEK = then('0.2574', '1.02870', {});

/** The first that fits counts; those of a single recording come first. */
export const explanations: readonly Explanation[] = [
  { ...ADVISOR, of: 'openrouter/openai/gpt-4o-mini', recording: 'openrouter.chat.jsonl:5', feeNanoUsd: 15_885_000 },
  { ...ADVISOR, of: 'openrouter/openai/gpt-4o-mini', recording: 'openrouter.chat.jsonl:6', feeNanoUsd: 14_370_000 },
  {
    id: 'file parser',
    text: 'A PDF was read by a plugin of OpenRouter for 0.002 USD, which is in the sum and in no unit.',
    of: 'openrouter/openai/gpt-5.1-codex-mini',
    recording: 'openrouter.chat.jsonl:11',
    feeNanoUsd: 2_000_000,
  },
  { ...BYOK, of: 'openrouter/google/gemini-2.5-flash', recording: 'openrouter.chat.jsonl:12' },
  { ...BYOK, of: 'openrouter/google/gemini-2.5-flash', recording: 'openrouter.chat.jsonl:13' },
  {
    id: 'counted twice',
    text: 'OpenRouter counts the same 2,161 tokens as read from the cache and as written to it, and prices both; so do we, at the catalogue’s prices.',
    of: 'openrouter/google/gemini-2.5-flash',
    recording: 'openrouter.chat.jsonl:44',
  },
  { ...MOVED, of: 'openrouter/qwen/qwen3-30b-a3b-instruct-2507', prices: then('0.1', '0.3') },
  { ...MOVED, of: 'openrouter/z-ai/glm-4.6', prices: then('0.6', '2.2') },
  { ...MOVED, of: 'openrouter/openai/gpt-oss-20b', prices: then('0.05', '0.2') },
  {
    ...MOVED,
    of: 'openrouter/google/gemini-2.5-flash',
    recording: 'openrouter.chat.jsonl:45',
    prices: then('0.3', '2.5', { read: '0.03' }),
  },
  {
    ...SEARCH,
    of: 'openrouter/deepseek/deepseek-chat',
    prices: DEEPSEEK,
    feeNanoUsd: 7_000_000,
  },
  { ...SEARCH, of: 'openrouter/openai/gpt-4.1-mini', recording: 'openrouter.chat.jsonl:33', feeNanoUsd: 10_000_000 },
  { ...SEARCH, of: 'openrouter/openai/gpt-4.1-mini', recording: 'openrouter.chat.jsonl:34', feeNanoUsd: 10_000_000 },
  { ...GONE, of: 'openrouter/minimax/minimax-m2:free', prices: then('0', '0') },
  { ...GONE, of: 'openrouter/x-ai/grok-4', prices: then('3', '15', { read: '0.75' }) },
  { ...GONE, of: 'openrouter/google/gemini-3.6-flash', prices: then('1.5', '7.5') },
  { ...GONE, of: 'openrouter/openai/gpt-5.6-sol', prices: then('5', '30', { read: '0.5', write: '6.25' }) },
  { ...GONE, of: 'xai/grok-3-mini', prices: then('0.3', '0.5', { read: '0.075' }) },
  {
    id: 'other name',
    text: 'A name that OpenRouter takes for `anthropic/claude-sonnet-4.5`; at that offer’s price the sum is the stated one.',
    of: 'openrouter/anthropic/claude-sonnet-4-5',
    prices: then('3', '15'),
  },
  {
    id: 'made up',
    text: 'The recording’s numbers were replaced by round ones (100 tokens, 123,456 ticks) by those who published it.',
    of: 'xai/grok-4.5',
  },
];

export function explanationOf(recording: string, offer: string): Explanation | undefined {
  const concerned = explanations.filter(({ of }) => of === offer);
  return concerned.find((one) => one.recording === recording) ?? concerned.find((one) => one.recording === undefined);
}
