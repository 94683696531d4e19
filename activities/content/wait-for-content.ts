import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { ContentStore, Instances } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';

const patienceMs = 3_000;
const lookEveryMs = 50;

/**
 * The request's content. Its holder shares it as a row only once it knows that the workflow was not given to itself, which
 * another process may be a few milliseconds ahead of.
 */
export async function waitForContent(
  { content, instances }: { readonly content: ContentStore; readonly instances: Instances },
  { requestId, retention, holder }: RequestInput,
): Promise<Call | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const call = await content.read(requestId, retention);
    if (call) return call;
    // What this process held itself is gone for good.
    const mayCome = retention === 'interactive' && holder !== instances.id && (await instances.isAlive(holder));
    if (!mayCome || performance.now() > deadline) return undefined;
    await sleep(lookEveryMs);
  }
}
