import type { Restrictions } from '../../workflows/contracts/access.js';
import type { AppliedPolicy } from '../../workflows/contracts/routing-policies.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { TokenCount } from '../../workflows/contracts/ports.js';
import type { TakeResult } from '../../workflows/contracts/rate-limits.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { AppDependencies, LogFields } from '../dependencies.js';
import type { FakeDirectory } from './fake-directory.js';
import type { FakeReplies } from './fake-replies.js';

/** What a request's workflow does; the default answers `Hello`. */
export type FakeWorkflow = (input: RequestInput, world: FakeWorld) => void | Promise<void>;

/** The other rooms, in memory: our own ports, with what a test wants to see and to steer. */
export interface FakeWorld {
  readonly deps: AppDependencies;
  readonly replies: FakeReplies;
  readonly directory: FakeDirectory;
  readonly started: RequestInput[];
  readonly logged: { readonly level: string; readonly fields: LogFields; readonly message: string }[];
  /** Content in this process's memory, by request. */
  readonly held: Map<string, Call>;
  /** Requests whose content was written for other processes. */
  readonly shared: string[];
  readonly metrics: string[];
  workflow: FakeWorkflow;
  eager: boolean;
  draining: boolean;
  /** Of the key of inference. */
  restrictions: readonly Restrictions[];
  /** What every request is routed by. */
  policies: readonly AppliedPolicy[];
  /** Thrown by the next start, key check or request look-up. */
  failing: { start?: Error; keys?: Error; find?: Error };
  /** What a rate limit says to the next requests; undefined where none applies. */
  limited: TakeResult | undefined;
  /** Requests that were limited and then not started. */
  readonly givenBack: string[];
  /** What the vendor says to a question for the number of tokens; undefined where it has no such question. */
  counted: TokenCount | undefined;
  readiness: { ok: boolean; checks: { [name: string]: 'ok' | 'down' } };
}
