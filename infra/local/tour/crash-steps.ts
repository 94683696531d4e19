import { randomUUID } from 'node:crypto';
import type { ChatReply, ChatRequest } from './client.js';
import { ask, expectThat, says, showEnd, showRequest, type Tour } from './tour.js';

/** Some three seconds into the stream: what is counted is stored every two. */
const piecesBeforeKill = 16;
const slowModel = 'sandbox/slow';

/** What the kill interrupted. */
export interface Interrupted {
  readonly streamId: string;
  readonly keyed: ChatRequest;
  /** The gateway's process that was killed. */
  readonly pid: number | undefined;
}

export async function killInMidStream(tour: Tour): Promise<Interrupted> {
  const { screen, client, stack } = tour;
  screen.headline(
    'kill -9 of the gateway in mid-stream',
    'Two requests are in flight when the process dies: a stream, and a plain one with an Idempotency-Key.',
  );
  const keyed: ChatRequest = {
    body: { model: slowModel, max_completion_tokens: 40, messages: says('Take your time.') },
    idempotencyKey: randomUUID(),
  };
  showRequest(tour, keyed);
  const keyedReply = client.chat(keyed).then(describeReply, () => 'broken');
  const streamed: ChatRequest = { body: { model: slowModel, stream: true, messages: says('Tell me everything.') } };
  showRequest(tour, streamed);
  const { requestId, pieces } = await client.chatStream(streamed);

  const { gateway: pid } = stack.pids();
  let killed: Promise<void> | undefined;
  let heard = '';
  let count = 0;
  let next = await pieces.next();
  for (; next.done !== true; next = await pieces.next()) {
    heard += next.value;
    count += 1;
    if (count !== piecesBeforeKill) continue;
    screen.row('  heard', `${heard} ...`);
    screen.row('  kill', `kill -9 ${pid}`);
    killed = stack.kill('gateway');
  }
  await killed;
  expectThat(tour, killed !== undefined, 'The gateway died while the stream was running.');
  expectThat(tour, next.value !== '[DONE]', 'The stream broke off without [DONE]: no cut answer looks whole.');
  expectThat(tour, (await keyedReply) === 'broken', 'The plain request has lost its connection too.');
  return { streamId: requestId, keyed, pid };
}

export async function showRestart(tour: Tour, { streamId, keyed, pid }: Interrupted): Promise<void> {
  const { screen, stack } = tour;
  screen.headline(
    'The restart',
    'The supervision starts the gateway again. Temporal knows which workflows were open, and Postgres what was sent and ' +
      'counted: each request ends once.',
  );
  const startedAt = Date.now();
  await stack.waitReady();
  const { gateway } = stack.pids();
  screen.row('  up again', `process ${gateway}, after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
  expectThat(tour, gateway !== undefined && gateway !== pid, 'Another process serves at the same address.');

  screen.say('\nThe plain request once more, with its key:\n');
  const reply = await ask(tour, keyed);
  await showEnd(tour, reply.requestId);

  screen.say('\nThe stream, which nobody waits for any more:\n');
  const record = await showEnd(tour, streamId);
  expectThat(tour, record.status === 'failed', 'The request has ended, and not as if it had succeeded.');
  expectThat(
    tour,
    record.held_usd === null && record.cost_usd !== null,
    `What had been counted is settled (${record.cost_usd} USD), and nothing is held.`,
  );
}

/** For a request that should not have been answered: what it got. */
function describeReply({ status }: ChatReply): string {
  return `answered ${status}`;
}
