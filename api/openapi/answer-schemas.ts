import { z } from 'zod';
import { routeSchema } from '../requests/route.schema.js';

// What the routes outside the management API answer with. A vendor's further fields reach the caller, so these are loose.

export const unixSeconds = z.int().min(0);
export const usd = z.string().regex(/^\d+(?:\.\d{1,9})?$/);

export const errorSchema = z
  .object({
    error: z.looseObject({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }),
  })
  .meta({
    id: 'Error',
    description:
      "OpenAI's error. A 402 has figures besides, an error that was charged `cost_usd`, and a failure of vendors `metadata.attempts`.",
  });

export const anthropicErrorSchema = z
  .object({
    type: z.literal('error'),
    error: z.looseObject({ type: z.string(), message: z.string() }),
    request_id: z.string(),
  })
  .meta({ id: 'AnthropicError' });

const usageSchema = z
  .looseObject({
    prompt_tokens: z.int().optional(),
    completion_tokens: z.int().optional(),
    total_tokens: z.int().optional(),
    cost: z.number().describe('What this answer cost, in USD.'),
    estimated: z.literal(true).optional().describe('Present where no vendor counted, and the gateway did.'),
  })
  .meta({ id: 'Usage' });

const warningSchema = z.looseObject({}).describe('What a vendor could not honour.');

export const chatCompletionSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: unixSeconds,
    model: z.string(),
    choices: z.array(
      z.looseObject({
        index: z.int(),
        message: z.looseObject({ role: z.string(), content: z.unknown(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullable(),
      }),
    ),
    usage: usageSchema,
    warnings: z.array(warningSchema).optional(),
  })
  .meta({ id: 'ChatCompletion' });

export const chatChunkSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('chat.completion.chunk'),
    created: unixSeconds,
    model: z.string(),
    choices: z.array(z.looseObject({ index: z.int(), delta: z.looseObject({}), finish_reason: z.string().nullish() })),
    usage: usageSchema.nullish(),
    warnings: z.array(warningSchema).optional(),
  })
  .meta({ id: 'ChatCompletionChunk', description: 'The `data` of one event; the last event is `[DONE]`.' });

const messageUsageSchema = z
  .looseObject({
    input_tokens: z.int(),
    output_tokens: z.int(),
    cost: z.number().describe('What this answer cost, in USD.'),
    estimated: z.literal(true).optional().describe('Present where no vendor counted, and the gateway did.'),
  })
  .meta({ id: 'MessageUsage' });

export const messageSchema = z
  .looseObject({
    id: z.string(),
    type: z.literal('message'),
    role: z.literal('assistant'),
    model: z.string(),
    content: z.array(z.looseObject({ type: z.string() })),
    stop_reason: z.string().nullable(),
    stop_sequence: z.string().nullable(),
    usage: messageUsageSchema,
    warnings: z.array(warningSchema).optional(),
  })
  .meta({ id: 'Message' });

export const messageEventSchema = z.looseObject({ type: z.string() }).meta({
  id: 'MessageEvent',
  description:
    'The `data` of one event. `message_delta` has the usage with its cost; the last event is `message_stop`, or `error`.',
});

export const tokenCountSchema = z.looseObject({
  input_tokens: z.int(),
  estimated: z.literal(true).optional().describe('Present where the vendor does not count, and the gateway did.'),
});

const labels = z.record(z.string(), z.string());
const page = { first_id: z.string().nullable(), last_id: z.string().nullable(), has_more: z.boolean() };

export const storedCompletionSchema = chatCompletionSchema
  .extend({ request_id: z.string(), metadata: labels })
  .meta({ id: 'StoredChatCompletion' });

export const storedCompletionListSchema = z.object({
  object: z.literal('list'),
  data: z.array(storedCompletionSchema),
  ...page,
});

export const storedMessageListSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    z.looseObject({
      id: z.string(),
      role: z.string(),
      content: z.string().nullable(),
      content_parts: z.array(z.looseObject({})).nullable(),
    }),
  ),
  ...page,
});

export const deletedCompletionSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion.deleted'),
  deleted: z.literal(true),
});

const responseUsageSchema = z
  .looseObject({
    input_tokens: z.int().optional(),
    output_tokens: z.int().optional(),
    total_tokens: z.int().optional(),
    cost: z.number().describe('What this answer cost, in USD.'),
    estimated: z.literal(true).optional().describe('Present where no vendor counted, and the gateway did.'),
  })
  .meta({ id: 'ResponseUsage' });

export const responseSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('response'),
    created_at: z.number(),
    status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
    model: z.string(),
    output: z.array(z.looseObject({ type: z.string() })),
    error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z.looseObject({ reason: z.string() }).nullable(),
    usage: responseUsageSchema.nullable(),
    warnings: z.array(warningSchema).optional(),
  })
  .meta({ id: 'Response' });

export const storedResponseSchema = responseSchema
  .extend({ status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']) })
  .meta({ id: 'StoredResponse' });

export const deletedResponseSchema = z.object({
  id: z.string(),
  object: z.literal('response.deleted'),
  deleted: z.literal(true),
});

export const inputItemListSchema = z.object({
  object: z.literal('list'),
  data: z.array(z.looseObject({ id: z.string(), type: z.string() })),
  ...page,
});

export const responseEventSchema = z
  .looseObject({ type: z.string(), sequence_number: z.int(), response: responseSchema.optional() })
  .meta({ id: 'ResponseStreamEvent', description: 'The `data` of one event, whose `event:` is its `type`.' });

export const inputTokensSchema = z
  .object({
    object: z.literal('response.input_tokens'),
    input_tokens: z.int(),
    estimated: z.literal(true),
  })
  .meta({ id: 'ResponseInputTokens' });
const pricingSchema = z
  .looseObject({
    prompt: z.string(),
    completion: z.string(),
    request: z.string().optional(),
    web_search: z.string().optional(),
    input_cache_read: z.string().optional(),
    input_cache_write: z.string().optional(),
    input_cache_write_1h: z.string().optional(),
    overrides: z
      .array(z.looseObject({ min_prompt_tokens: z.int() }))
      .optional()
      .describe('Prices of longer input, of which the last that applies holds.'),
  })
  .meta({ id: 'ModelPricing', description: 'USD for one token, one request or one search, as exact decimals.' });

const architectureSchema = z.object({
  modality: z.string(),
  input_modalities: z.array(z.string()),
  output_modalities: z.array(z.string()),
  tokenizer: z.string(),
  instruct_type: z.null(),
});

const unitPricesSchema = z.record(z.string(), z.object({ usd: z.string(), per: z.int() }));

export const textCompletionSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('text_completion'),
    created: unixSeconds,
    model: z.string(),
    choices: z.array(
      z.looseObject({
        text: z.string(),
        index: z.int(),
        logprobs: z.looseObject({}).nullable(),
        finish_reason: z.string().nullable(),
      }),
    ),
    usage: usageSchema.nullish(),
    warnings: z.array(warningSchema).optional(),
  })
  .meta({ id: 'TextCompletion', description: 'The whole answer, or the `data` of one event of a stream.' });

export const modelSchema = z
  .object({
    id: z.string().describe('One offer of a model by one vendor, by which it can be asked for.'),
    object: z.literal('model'),
    kind: z.string().optional().describe('What it is for, where that is no conversation: embedding, rerank, …'),
    created: unixSeconds,
    owned_by: z.string(),
    canonical_slug: z
      .string()
      .describe('The model, `maker/name`: asks for the cheapest of its offers, then for others.'),
    name: z.string(),
    context_length: z.int(),
    architecture: architectureSchema,
    pricing: pricingSchema,
    top_provider: z.object({
      context_length: z.int(),
      max_completion_tokens: z.int(),
      is_moderated: z.boolean(),
    }),
    per_request_limits: z.null(),
    default_parameters: z.null(),
    supported_parameters: z.array(z.string()),
    knowledge_cutoff: z.string().nullable(),
    expiration_date: z.string().nullable(),
    quality: z
      .record(
        z.string().describe('summary, extraction, chat, code, maths, reasoning, vision or tools.'),
        z.object({
          score: z.number().describe('From 0 to 1.'),
          basis: z.enum(['operator', 'figures', 'guess']),
          sources: z.array(z.object({ source: z.string(), as_of: z.string() })),
        }),
      )
      .nullable()
      .describe(
        'How well the model does each kind of work, by which `sluice/auto` chooses; null where nothing is known.',
      ),
    aliases: z.array(z.string()),
    context_window: z.int(),
    max_output_tokens: z.int(),
    capabilities: z.array(z.string()),
    region: z.string().optional(),
    prices: unitPricesSchema.describe('USD for every `per` units, exact: what requests are charged by.'),
    service_tiers: z.record(z.string(), z.object({ prices: unitPricesSchema })).optional(),
    pricing_source: z.union([
      z.object({ url: z.string(), as_of: z.string(), converted_from: z.string().optional() }),
      z.object({ set_by: z.literal('operator'), as_of: z.string() }),
    ]),
    sandbox: z.literal(true).optional(),
  })
  .meta({ id: 'Model' });

/** For callers that say which version of Anthropic's API they mean. */
export const modelInfoSchema = z
  .object({
    type: z.literal('model'),
    id: z.string(),
    display_name: z.string(),
    created_at: z.string().describe('RFC 3339.'),
    max_input_tokens: z.int(),
    max_tokens: z.int(),
  })
  .meta({ id: 'ModelInfo' });

export const modelInfoPageSchema = z.object({
  data: z.array(modelInfoSchema),
  has_more: z.boolean(),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
});
const percentilesSchema = z.object({ p50: z.number(), p75: z.number(), p90: z.number(), p99: z.number() });
const uptimeSchema = z
  .number()
  .min(0)
  .max(100)
  .nullable()
  .describe(
    'Percent of the attempts of this gateway that did not fail by a fault of the vendor; rate limits are left out.',
  );

export const modelEndpointsSchema = z
  .object({
    data: z.object({
      id: z.string(),
      name: z.string(),
      created: unixSeconds,
      description: z.string(),
      architecture: architectureSchema,
      endpoints: z.array(
        z.object({
          name: z.string(),
          offer_id: z.string().describe('Asks for this one alone.'),
          model_id: z.string(),
          model_name: z.string(),
          context_length: z.int(),
          max_completion_tokens: z.int(),
          max_prompt_tokens: z.null(),
          pricing: pricingSchema,
          provider_name: z.string(),
          tag: z.string(),
          quantization: z.null(),
          supported_parameters: z.array(z.string()),
          supports_implicit_caching: z.boolean(),
          data_policy: z.enum(['unknown', 'not_trained_on', 'zero_retention']),
          uptime_last_5m: uptimeSchema,
          uptime_last_30m: uptimeSchema,
          uptime_last_1d: uptimeSchema,
          latency_last_30m: percentilesSchema.nullable().describe('Milliseconds to the first token of a stream.'),
          throughput_last_30m: percentilesSchema.nullable().describe('Tokens of output a second.'),
        }),
      ),
    }),
  })
  .meta({ id: 'ModelEndpoints', description: "OpenRouter's shape; what is not known here is null." });

export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

const attemptSchema = z.object({
  number: z.int(),
  vendor: z.string(),
  model: z.string(),
  status: z.enum(['sending', 'answered', 'partial', 'failed']),
  tier: z
    .literal('batch')
    .nullable()
    .describe("By the vendor's own batch, at its price for those; null for a call by itself."),
  failure: z.string().nullable(),
  first_token_ms: z.number().nullable(),
  duration_ms: z.number().nullable(),
  cost_usd: usd.nullable(),
});

export const requestSchema = z
  .object({
    id: z.string(),
    object: z.literal('request'),
    status: z.enum(['queued', 'in_progress', 'completed', 'failed', 'cancelled', 'refused']),
    model: z.string().nullable(),
    vendor: z.string().nullable(),
    models: z.array(z.string()),
    stream: z.boolean(),
    created_at: unixSeconds,
    ended_at: unixSeconds.nullable(),
    cost_usd: usd.nullable(),
    held_usd: usd.nullable(),
    failure: z.string().nullable(),
    route: routeSchema.nullable(),
    attempts: z.array(attemptSchema),
    answer: z.enum(['none', 'pending', 'available', 'expired']),
    answer_expires_at: unixSeconds.nullable(),
  })
  .meta({ id: 'Request' });

export const liveSchema = z.object({ status: z.literal('ok') });
export const readySchema = z
  .object({
    status: z.enum(['ok', 'down', 'draining']),
    checks: z.record(z.string(), z.enum(['ok', 'down'])),
  })
  .meta({ id: 'Readiness' });
