import type { FailureClass } from '../../workflows/contracts/failures.js';

interface Words {
  readonly class: FailureClass;
  /** Under other statuses the same words are not looked for: a message may quote the caller. */
  readonly statuses: readonly number[];
  readonly pattern: RegExp;
}

const TOO_LONG = [400, 403, 413, 422];
const NO_MONEY = [400, 401, 403, 412, 429];

/** What vendors without a code for it say in stable words, whole phrases of theirs; the first that fits counts. */
const WORDS: readonly Words[] = [
  // Anthropic; OpenAI and vLLM; OpenAI's Responses; Bedrock; xAI; DashScope; Cohere; Google; TGI and Together (403).
  ...[
    /\bprompt is too long\b/i,
    /\bmaximum context length\b/i,
    /\bexceeds? the context window\b/i,
    /\binput is too long for requested model\b/i,
    /\binput tokens exceeded\b/i,
    /\bmaximum prompt length is \d+\b/i,
    /\bRange of input length should be \[/i,
    /\btoo many tokens: total number of tokens in the prompt\b/i,
    /\binput token count\b.{0,40}\bexceeds the maximum number of tokens\b/i,
    /\b(inputs|input token count)\b.{0,4} ?(tokens )?\+ ['`]?max_(new_)?tokens['`]? (must be <=|parameter must be less than)/i,
  ].map((pattern) => ({ class: 'context_length' as const, statuses: TOO_LONG, pattern })),
  { class: 'content_policy', statuses: [400], pattern: /\bcontent (filtering|management) policy\b/i },
  // OpenRouter, of models that another service moderates.
  { class: 'content_policy', statuses: [403], pattern: /\brequires moderation\b.{0,80}\bwas flagged\b/i },
  // Anthropic (400, twice); xAI (403 and 429); Moonshot (403); Fireworks (412).
  ...[
    /\bcredit balance is too low\b/i,
    /\breached your specified API usage limits\b/i,
    /\bused all available credits or reached its monthly spending limit\b/i,
    /\bdoesn't have any credits( or licenses)? yet\b/i,
    /\bsuspended due to insufficient balance\b/i,
    /\binsufficient account balance\b/i,
    /\bis suspended, possibly due to reaching the monthly spending limit\b/i,
  ].map((pattern) => ({ class: 'quota_exhausted' as const, statuses: NO_MONEY, pattern })),
  // Cohere; OpenRouter: limits of a month or a day, which no deadline of a request outlasts.
  {
    class: 'quota_exhausted',
    statuses: [429],
    pattern: /\bTrial key, which is limited to [\d,]+ API calls \/ month\b/i,
  },
  { class: 'quota_exhausted', statuses: [429], pattern: /\bfree-models-per-day\b/i },
  // Mistral, in its older form.
  { class: 'overloaded', statuses: [429], pattern: /^(Service tier )?capacity exceeded for this model\b/i },
  // Bedrock, under 400: another vendor may have the model.
  {
    class: 'model_not_found',
    statuses: [400],
    pattern: /^The provided model identifier is invalid\b|\bon-demand throughput isn.t supported\b/i,
  },
  // xAI and Google say so under 400.
  { class: 'auth', statuses: [400], pattern: /^(Incorrect API key provided|API key not valid)\b/i },
];

/** The class that a message tells; `status` is the response's, or that of an invalid request for an error within a stream. */
export function classOfWords(message: string | undefined, status: number): FailureClass | undefined {
  if (message === undefined) return undefined;
  return WORDS.find(({ statuses, pattern }) => statuses.includes(status) && pattern.test(message))?.class;
}
