import type { Exchange, Sample } from './exchange.js';

export interface LoadResult {
  readonly samples: readonly Sample[];
  readonly elapsedMs: number;
}

/** Sends so many requests, always so many at once: each caller sends its next one as soon as it has its answer. */
export async function runLoad(exchange: Exchange, requests: number, concurrency: number): Promise<LoadResult> {
  const samples: Sample[] = [];
  let left = requests;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      samples.push(await exchange());
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, caller));
  return { samples, elapsedMs: performance.now() - startedAt };
}
