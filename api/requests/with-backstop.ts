import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import { toLostAnswer } from './lost-answer.js';

export interface BackstopOptions {
  readonly find: () => Promise<RequestRecord | undefined>;
  /** Silence after which the request's record is looked at, and looked at again. */
  readonly checkEveryMs: number;
  /** How long an event may still be on its way once the record says that the request has ended. */
  readonly graceMs: number;
  /** Silence after which a request that has no record is given up: its workflow was never run. */
  readonly giveUpAfterMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * The events of a reply, and an end where none comes: if a process died between the end of a request and the telling of
 * it, the record knows, and nobody waits for ever.
 */
export async function* withBackstop(
  events: AsyncIterable<ReplyEvent>,
  options: BackstopOptions,
): AsyncGenerator<ReplyEvent> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      const result = (await within(next, options.checkEveryMs)) ?? (await waitOn(next, options));
      if ('lost' in result) {
        next.catch(options.onError);
        yield result.lost;
        return;
      }
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // Not waited for: a source that sleeps lets go only when its reader leaves, which is what whoever reads here does next.
    iterator.return?.().catch(options.onError);
  }
}

type Next = Promise<IteratorResult<ReplyEvent>>;

/** Waits on through the silence, with an eye on the record. */
async function waitOn(
  next: Next,
  options: BackstopOptions,
): Promise<IteratorResult<ReplyEvent> | { readonly lost: ReplyEvent }> {
  for (let silentMs = options.checkEveryMs; ; silentMs += options.checkEveryMs) {
    const lost = await findEnd(options, silentMs);
    const result = await within(next, lost ? options.graceMs : options.checkEveryMs);
    if (result) return result;
    if (lost) return { lost };
  }
}

async function findEnd(options: BackstopOptions, silentMs: number): Promise<ReplyEvent | undefined> {
  try {
    const record = await options.find();
    if (record) return record.endedAt === undefined ? undefined : toLostAnswer(record);
    if (silentMs < options.giveUpAfterMs) return undefined;
    return { type: 'failed', failure: { class: 'timeout_total' }, detail: { message: '' } };
  } catch (error) {
    // The database is away: the next look may find it back, and the caller waits no longer than it lets us.
    options.onError(error);
    return undefined;
  }
}

/** What the promise gives within that time, or undefined. */
async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
