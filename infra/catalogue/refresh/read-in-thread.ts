import { Worker } from 'node:worker_threads';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { PriceData } from './read-price-data.js';

/** A thread does not inherit how its process reads TypeScript, and Node 20 does not take it for the thread's first file. */
const LOADER = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(
  new URL('./price-data-worker.ts', import.meta.url).href,
)}, ${JSON.stringify(import.meta.url)}))`;

/** As `readPriceData`, in a thread of its own, because a process that serves callers cannot stand still for a second. */
export async function readPriceDataInThread(data: PriceData): Promise<readonly Offer[]> {
  const thread = new Worker(LOADER, { eval: true, workerData: data });
  try {
    const told = await new Promise<{ readonly offers?: readonly Offer[]; readonly problem?: string }>(
      (resolve, reject) => {
        thread.once('message', resolve);
        thread.once('error', reject);
        thread.once('exit', () => reject(new Error('the thread that reads prices has ended without a word')));
      },
    );
    if (told.offers !== undefined) return told.offers;
    throw new TypeError(told.problem ?? 'it cannot be read');
  } finally {
    await thread.terminate();
  }
}
