import { Readable } from 'node:stream';

/**
 * `pieces`, which are read from `sources`: whoever gives them up lets go of those, too, before the first piece as well. A generator that
 * is given up before its first step runs no `finally`, and what it would have read would stay open.
 */
export function overSource<T>(
  pieces: AsyncIterable<T>,
  ...sources: readonly AsyncIterable<unknown>[]
): AsyncIterableIterator<T> {
  for (const source of sources) {
    // What breaks off before it is read tells so to whoever reads it, and must not end the process because nobody does yet.
    if (source instanceof Readable) source.on('error', () => undefined);
  }
  const iterator = pieces[Symbol.asyncIterator]();
  const over: AsyncIterableIterator<T> = {
    next: () => iterator.next(),
    return: async () => {
      // Sources first: a step that waits for one of them ends no sooner.
      await letGoAll(sources);
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => over,
  };
  return over;
}

/** Ends what nobody will read any more, begun or not. */
export async function letGoAll(sources: readonly AsyncIterable<unknown>[]): Promise<void> {
  for (const source of sources) {
    if (source instanceof Readable) source.destroy();
    else await source[Symbol.asyncIterator]().return?.();
  }
}
