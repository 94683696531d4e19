/**
 * What becomes of each property of OpenAI's CreateChatCompletionRequest at each kind of vendor.
 *
 * - `honoured`: the gateway itself does what is asked; the vendor need not know.
 * - `passed`: sent to the vendor under the same name with the same value; the vendor decides.
 * - `translated`: sent under another name or in another shape that means the same.
 * - `refused`: a value that asks for more than the vendor can do fails the attempt with `invalid_request`.
 * - `warned`: not sent, or sent changed, and the caller is told by a `Warning` whose `feature` is the property's name.
 *
 * A property that is null or at its default (`n: 1`, `logprobs: false`, `modalities: ["text"]`) asks for nothing, so it is
 * neither refused nor warned of. `test/conformance/openai-chat-treatments.test.ts` holds this table to the specification
 * and to what the adapters do.
 */
export type Treatment = 'honoured' | 'translated' | 'passed' | 'refused' | 'warned';

export type VendorKind = 'openai-compatible' | 'anthropic' | 'sandbox';

export interface PropertyTreatment {
  readonly treatment: Treatment;
  /** Why, in words that may go to the caller. */
  readonly reason: string;
}

export type PropertyTreatments = { readonly [K in VendorKind]: PropertyTreatment };

const as = (treatment: Treatment, reason: string): PropertyTreatment => ({ treatment, reason });

const SAME = as('passed', 'The vendor speaks the same dialect.');
const SANDBOX_ACTS = as('honoured', 'The sandbox answers accordingly.');
const LABELS = as(
  'honoured',
  'The gateway keeps it as the labels of usage and of stored answers; no vendor is sent it.',
);
const STORED_HERE = as(
  'honoured',
  'The gateway stores the answer itself where the project allows it, and no vendor does.',
);
const SANDBOX_FIXED = as('warned', 'The sandbox answers by a fixed rule that this does not change.');
const GATEWAY_CAP = as(
  'translated',
  "Sent under the vendor's own name for the cap, and never above what the hold pays for.",
);
const NOT_IN_MESSAGES = as('warned', 'The Messages API has no such parameter.');

function row(openai: PropertyTreatment, anthropic: PropertyTreatment, sandbox: PropertyTreatment): PropertyTreatments {
  return { 'openai-compatible': openai, anthropic, sandbox };
}

export const PROPERTY_TREATMENTS: { readonly [property: string]: PropertyTreatments } = {
  messages: row(SAME, as('translated', '`system` and `messages` with content blocks.'), SANDBOX_ACTS),
  model: row(
    as('translated', "The vendor's own name for the model that the plan chose."),
    as('translated', "The vendor's own name for the model that the plan chose."),
    SANDBOX_ACTS,
  ),
  // A model that does not speak is refused before, by `check-modalities.ts`.
  modalities: row(
    SAME,
    as('refused', 'Only text is answered; audio output is not offered.'),
    as('refused', 'Only text is answered.'),
  ),
  verbosity: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  reasoning_effort: row(SAME, as('translated', '`thinking` or `output_config.effort`, by the model.'), SANDBOX_FIXED),
  max_completion_tokens: row(GATEWAY_CAP, as('translated', '`max_tokens`.'), SANDBOX_ACTS),
  max_tokens: row(GATEWAY_CAP, as('translated', '`max_tokens`.'), SANDBOX_ACTS),
  frequency_penalty: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  presence_penalty: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  web_search_options: row(SAME, as('warned', 'No search is made on behalf of this parameter.'), SANDBOX_FIXED),
  logprobs: row(SAME, as('warned', 'The vendor does not report log probabilities.'), SANDBOX_FIXED),
  top_logprobs: row(SAME, as('warned', 'The vendor does not report log probabilities.'), SANDBOX_FIXED),
  response_format: row(
    SAME,
    as(
      'translated',
      'A JSON schema becomes `output_config.format` or a forced tool; plain JSON is asked for in words.',
    ),
    SANDBOX_ACTS,
  ),
  audio: row(SAME, as('warned', 'Only text is answered, so there is no voice to choose.'), SANDBOX_FIXED),
  store: row(STORED_HERE, STORED_HERE, STORED_HERE),
  moderation: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  stream: row(SAME, as('passed', 'The Messages API has the same parameter.'), SANDBOX_ACTS),
  stream_options: row(
    as('honoured', 'Usage is always asked of the vendor, and told to the caller as the caller asked.'),
    as('honoured', 'Usage is always reported by the vendor, and told to the caller as the caller asked.'),
    as('honoured', 'Usage is always reported, and told to the caller as the caller asked.'),
  ),
  stop: row(SAME, as('translated', '`stop_sequences`.'), SANDBOX_ACTS),
  logit_bias: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  n: row(SAME, as('refused', 'The Messages API gives one answer; ask n times instead.'), SANDBOX_ACTS),
  prediction: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  seed: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  tools: row(SAME, as('translated', '`tools` with `input_schema`.'), SANDBOX_ACTS),
  tool_choice: row(SAME, as('translated', '`tool_choice` with `auto`, `any`, `tool` or `none`.'), SANDBOX_ACTS),
  parallel_tool_calls: row(
    SAME,
    as('translated', '`tool_choice.disable_parallel_tool_use`, its negation.'),
    as('honoured', 'The sandbox calls one tool at most.'),
  ),
  function_call: row(SAME, as('translated', 'As `tool_choice`.'), SANDBOX_ACTS),
  functions: row(SAME, as('translated', 'As `tools`.'), SANDBOX_ACTS),
  metadata: row(LABELS, LABELS, LABELS),
  temperature: row(
    SAME,
    as('warned', 'Sent as it is up to 1, above as 1, to models that take it; the caller is told of any other.'),
    SANDBOX_FIXED,
  ),
  top_p: row(
    SAME,
    as('passed', 'The Messages API has the same parameter; models that do not take it are warned of.'),
    SANDBOX_FIXED,
  ),
  user: row(SAME, as('translated', '`metadata.user_id`.'), SANDBOX_FIXED),
  safety_identifier: row(
    SAME,
    as('translated', '`metadata.user_id`, before `user`, which it replaces at OpenAI.'),
    SANDBOX_FIXED,
  ),
  prompt_cache_key: row(SAME, as('warned', "The vendor's cache needs no key."), SANDBOX_FIXED),
  prompt_cache_retention: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  prompt_cache_options: row(SAME, NOT_IN_MESSAGES, SANDBOX_FIXED),
  service_tier: row(
    as('passed', "Only tiers that cost at most the catalogue's price are accepted; the parser refuses dearer ones."),
    as('warned', 'The tiers of the two vendors do not correspond.'),
    SANDBOX_FIXED,
  ),
};
