import type { Call } from '../../workflows/contracts/media-calls.js';
import type { NewJob } from '../../workflows/contracts/job-terms.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { AppDependencies } from '../dependencies.js';
import type { Preference } from './prefer.js';

/** What the running of requests needs of everything that the API is given. */
export type ExecutionDependencies = Pick<
  AppDependencies,
  'content' | 'log' | 'onMetric' | 'rateLimits' | 'replies' | 'requests' | 'settings' | 'starter' | 'storedAnswers'
>;

/** A caller's `Idempotency-Key`, with the text of the body that a repeat is compared by. */
export interface CallerKey {
  readonly idempotencyKey: string;
  readonly body: string;
  readonly answerHoldMs: number;
}

/** By which word a caller has asked for a job, and so how it is told of it. */
export type JobForm =
  | { readonly type: 'job'; readonly preference: Preference }
  /** OpenAI's: the response itself says how it stands. */
  | { readonly type: 'background' };

export interface AcceptedJob {
  readonly form: JobForm;
  /** What is stored with it besides `input.job`. */
  readonly stored: NewJob;
}

/** A call that may start: nothing of it has been stored or sent yet. */
export interface AcceptedCall {
  readonly input: RequestInput;
  readonly call: Call;
  readonly key?: CallerKey;
  /** Of a call without a key whose answer is to be found by its id (`input.stored`): how long it stays. */
  readonly answerHoldMs?: number;
  /** Present where it is to run as a job, whose caller comes back for the answer. */
  readonly job?: AcceptedJob;
}

/** A request under way, as its caller sees it. */
export interface Execution {
  /** The first request's id where this one repeats it. */
  readonly requestId: string;
  /** Its answer is to be found by its id, which is then ours, whoever answers. */
  readonly stored: boolean;
  /** What its answer tells besides, of whatever kind it is: how the rate limits stand. Names in lower case. */
  readonly headers?: { readonly [name: string]: string };
  /** To be read once. Ends with a terminal event, unless the caller left before it. */
  readonly events: AsyncIterable<ReplyEvent>;
  /** The caller reads no more. Does nothing after the terminal event, or when called again. */
  leave(): void;
}
