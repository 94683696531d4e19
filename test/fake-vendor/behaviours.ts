import { z } from 'zod';
import type { Json } from '../../workflows/contracts/json.js';

const count = z.int().min(0);

/** Where in a response: before its status line, after so many bytes of its body, or after the last one. */
const position = z.union([count, z.literal('headers'), z.literal('end')]);

/** What every behaviour may carry: how long the answer is, what is in it, and how its bytes travel. */
const common = {
  /** Only for requests to this vendor; those to the other get an ordinary answer. */
  vendor: z.enum(['openai', 'anthropic', 'google', 'bedrock']).optional(),
  /** Tokens of text, one a stream event. */
  chunks: count.optional(),
  text: z.string().optional(),
  /** Calls to make of the tools that the request offers, in turn; none once tool results follow the marker. */
  toolCalls: count.max(64).optional(),
  /** The one tool to call, by its name; without it the tools in the order in which they are offered. */
  tool: z.string().optional(),
  /** The text of every call's arguments, JSON or not; without it an example of the tool's schema. */
  toolArguments: z.string().optional(),
  reasoning: count.optional(),
  refusal: z.boolean().optional(),
  cachedTokens: count.optional(),
  cacheWriteTokens: count.optional(),
  /** Fields laid over the usage that would be answered, or none at all. */
  usage: z.union([z.literal('missing'), z.record(z.string(), z.json())]).optional(),
  /** Pictures that the vendor's own tool makes, where a request of the Responses API offers that; their usage is told unless `missing`. */
  pictures: count.max(16).optional(),
  pictureUsage: z.literal('missing').optional(),
  ignoreMaxTokens: z.boolean().optional(),
  /** Sizes of the pieces that the body is written in. */
  splitBytes: z.union([z.int().positive(), z.array(z.int().positive()), z.literal('random-seeded')]).optional(),
  seed: count.optional(),
  gapMs: count.optional(),
  /** Stops here first, until released, whatever the behaviour is. */
  holdAt: position.optional(),
};

/** Where it happens: `afterBytes` of the body, or `afterEvents` of the stream (negative: counted from its end). */
const place = { afterBytes: position.optional(), afterEvents: z.int().optional() };

/** For how long the caller is told to wait; none is said where none is given. */
const wait = { retryAfterSeconds: z.number().optional(), retryAfterMs: z.number().optional() };

export const refusals = [
  'rate-limited',
  'quota-exhausted',
  'overloaded',
  'unavailable',
  'server-error',
  'unauthorized',
  'forbidden',
  'not-found',
  'bad-request',
  'context-length',
  'content-policy',
  'too-large',
] as const;

export type Refusal = (typeof refusals)[number];

const named = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ behaviour: z.literal(name), ...common, ...shape });

export const behaviourSchema = z.discriminatedUnion('behaviour', [
  named('answer', {}),
  named('missing-usage', {}),
  named('huge', {}),
  named('endless', {}),
  named('slow-drip', {}),
  named('recording', { index: count.optional() }),
  z.strictObject({ behaviour: z.enum(refusals), ...common, ...wait, status: z.int().optional() }),
  named('status', { status: z.int(), body: z.json().optional(), headers: z.record(z.string(), z.string()).optional() }),
  named('html-error', { status: z.int().optional() }),
  named('garbage', {}),
  named('wrong-content-type', { contentType: z.string().optional() }),
  named('error-event', { afterEvents: z.int().optional(), form: z.enum(['bare', 'in-chunk']).optional() }),
  named('hold', { ...place, then: z.enum(['go-on', 'reset', 'cut', 'stall']).optional() }),
  named('stall', place),
  named('reset', place),
  /** `end`: HTTP says that the body is whole. `close`: the socket ends in the middle of the body. */
  named('cut', { ...place, how: z.enum(['end', 'close']).optional() }),
]);

export type Behaviour = z.infer<typeof behaviourSchema>;
export type Position = z.infer<typeof position>;

/** Refuses what is no behaviour, so that a test with a typing error fails instead of getting an ordinary answer. */
export const parseBehaviour = (value: Json | Behaviour): Behaviour => {
  const parsed = behaviourSchema.safeParse(value);
  if (!parsed.success) throw new Error(`fake vendor: no such behaviour: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};
