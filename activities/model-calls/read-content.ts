import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { AttemptContext } from './attempt-context.js';

const patienceMs = 3_000;
const lookEveryMs = 50;

/**
 * The request's content. Its holder shares it as a row only once it knows that the workflow was not given to itself, which
 * another process may be a few milliseconds ahead of.
 */
export async function readContent(context: AttemptContext): Promise<ChatCall | undefined> {
  const { content, instances, input } = context;
  const { requestId, retention, holder } = input.request;
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
