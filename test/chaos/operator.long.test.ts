import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { callGateway, type CallSpec, type Seen } from './caller.js';
import type { RequestFacts } from './facts.js';
import { mixedCalls } from './mixed-calls.js';
import { readSeen, type Reading } from './reading.js';
import { readRequests } from './records.js';
import { renderLogs } from './report.js';
import { auditBooks } from './books.js';
import { stageOf } from './stages.js';
import type { Stage } from './standing.js';
import { until } from './until.js';
import { startWorld, type World } from './world.js';

// What people do to a Sluice that runs: terminate workflows in Temporal's UI, and stop the process.

let world: World;

beforeAll(async () => {
  const temporalBinary = inject('temporalBinary');
  world = await startWorld({
    dataDir: await createTestFolder(),
    durable: false,
    ...(temporalBinary !== undefined && { temporalBinary }),
  });
}, 180_000);

afterAll(async () => {
  await world?.close();
}, 60_000);

test('the sweeper ends what terminated workflows have left', { timeout: 240_000 }, async () => {
  await world.beginRound();
  const served = await terminateAt(stageOf(world, 'vendor-call', 'served', 0), () => Promise.resolve());
  const unsent = await terminateAt(stageOf(world, 'after-reservation', 'unsent', 0), killGateway);
  await world.stack.waitReady();
  const lost = await terminateAt(stageOf(world, 'mid-stream', 'lost', 1), killGateway);
  await world.stack.waitReady();
  await until('the sweeper', noneOpen, 120_000);

  const requests = await readRequests(world);
  const servedIds = new Set(served.map(({ seen }) => seen.requestId));
  expect(requests).toHaveLength(served.length + unsent.length + lost.length);
  for (const { spec, seen } of served) {
    const request = requests.find(({ id }) => id === seen.requestId);
    expect(request && endOf(request), spec.tag).toEqual(endsByWhatWasSeen[readSeen(seen, spec).kind]);
  }
  const others = requests.filter(({ id }) => !servedIds.has(id));
  const neverSent = others.filter(({ attempts }) => attempts.length === 0);
  expect(neverSent.map(({ state, failureClass }) => ({ state, failureClass }))).toEqual(
    unsent.map(() => ({ state: 'released', failureClass: 'content_gone' })),
  );
  // The sandbox has no barrier: some of its answers were recorded in time.
  for (const request of others.filter(({ attempts }) => attempts.length > 0 && attempts[0]?.vendor !== 'sandbox')) {
    // No workflow is left that could call again, so that a keyed request ends like any other: at what had been counted. A
    // process that hears of the termination before it is killed stops the vendor itself.
    expect(endOf(request)).toEqual({
      ...(request.stream ? { state: 'settled', status: 'partial' } : { state: 'released', status: 'failed' }),
      failureClass: expect.stringMatching(/^(lease_lapsed|cancelled)$/),
    });
  }
  await repeatsCallNobody(unsent);
  await repeatsCallNobody(lost);
  expect(await auditBooks(world)).toEqual([]);
});

test('a keyed request whose start a crash prevented is started by the sweeper', { timeout: 180_000 }, async () => {
  await world.beginRound();
  const stage = stageOf(world, 'before-start', 'stored', 0);
  await stage.prepare();
  const calls = stage.calls.map((spec) => callGateway(world.stack, spec));
  const standing = await stage.reach();
  await killGateway();
  await standing.letGo(true);
  await Promise.all(calls);
  // It leaves younger ones to whoever has stored them.
  const stored = await world.database.query<{ id: string }>(
    `UPDATE requests.requests SET created_at = created_at - interval '2 minutes'
     WHERE created_at >= $1 AND state = 'accepted' RETURNING id`,
    [world.roundStart()],
  );
  expect(stored).toHaveLength(stage.accepted);
  await world.stack.waitReady();
  await until('the answers', async () => {
    const ended = await world.database.query(
      `SELECT 1 FROM requests.requests WHERE id = ANY ($1) AND state = 'settled'`,
      [stored.map(({ id }) => id)],
    );
    return ended.length === stored.length ? true : { pending: `${ended.length} of ${stored.length} settled` };
  });
  await repeatsCallNobody(
    stage.calls.map((spec) => ({ spec })),
    'whole',
  );
  expect(await auditBooks(world)).toEqual([]);
});

test('SIGTERM finishes what is in flight and takes nothing new', { timeout: 180_000 }, async () => {
  await world.beginRound();
  const stage = stageOf(world, 'mid-stream', 'drained', 0);
  const calls = stage.calls.map((spec) => callGateway(world.stack, spec));
  const standing = await stage.reach();
  const pid = world.stack.pids().gateway ?? 0;
  const before = world.said.length;
  process.kill(pid, 'SIGTERM');
  await until('new requests to be turned away', isTurnedAway);
  await standing.letGo(false);
  for (const [index, seen] of (await Promise.all(calls)).entries()) {
    const spec = stage.calls[index] as CallSpec;
    expect(readSeen(seen, spec)).toMatchObject({
      kind: 'whole',
      ...(spec.expectedText && { text: spec.expectedText }),
    });
  }
  await until('the gateway to end', () =>
    Promise.resolve(world.said.length > before ? true : { pending: 'it has not said so' }),
  );
  expect(world.said[before], renderLogs(world)).toContain('exit code 0');
  const requests = await readRequests(world);
  expect(requests.every(({ state }) => state === 'settled')).toBe(true);
  expect(await auditBooks(world)).toEqual([]);
});

interface Answered {
  readonly spec: CallSpec;
  readonly seen: Seen;
}

/** Brings calls to a stage, terminates their workflows, and lets them go on. */
async function terminateAt(stage: Stage, alsoDo: () => Promise<void>): Promise<readonly Answered[]> {
  await stage.prepare();
  const calls = stage.calls.map((spec) => callGateway(world.stack, spec));
  const standing = await stage.reach();
  for await (const { workflowId } of world.temporal.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
    await world.temporal.workflow.getHandle(workflowId).terminate('by an operator');
  }
  await alsoDo();
  await standing.letGo(true);
  const seen = await Promise.all(calls);
  return stage.calls.map((spec, index) => ({ spec, seen: seen[index] as Seen }));
}

async function noneOpen(): Promise<true | { readonly pending: string }> {
  const open = (await readRequests(world)).filter(({ ended }) => !ended);
  return open.length === 0 ? true : { pending: open.map(({ id, state }) => `${id} ${state}`).join(', ') };
}

/** A step goes on until its worker hears, with the next heartbeat, that the workflow is gone, and is cancelled then. */
const endsByWhatWasSeen: { readonly [K in Reading['kind']]?: object } = {
  whole: { state: 'settled', status: 'answered', failureClass: null },
  partial: { state: 'settled', status: 'partial', failureClass: 'cancelled' },
  error: { state: 'released', status: 'failed', failureClass: 'cancelled' },
};

function endOf({ state, attempts }: RequestFacts): object {
  const last = attempts.at(-1);
  return { state, status: last?.status, failureClass: last?.failureClass };
}

/** The same keys again get the end that stands, and no vendor hears of it. */
async function repeatsCallNobody(
  before: readonly Pick<Answered, 'spec'>[],
  expected: 'whole' | 'broken' = 'broken',
): Promise<void> {
  const sent = (await world.vendor.log()).length;
  for (const { spec } of before.filter(({ spec: { idempotencyKey } }) => idempotencyKey !== undefined)) {
    const again = readSeen(await callGateway(world.stack, spec), spec);
    // The sandbox has no barrier: some of its answers were recorded in time.
    const isBarred = spec.expectedText !== undefined;
    const possible = expected === 'whole' ? ['whole'] : ['error', 'partial', ...(isBarred ? [] : ['whole'])];
    expect(possible).toContain(again.kind);
  }
  expect(await world.vendor.log()).toHaveLength(sent);
}

const killGateway = (): Promise<void> => world.stack.kill('gateway');

async function isTurnedAway(): Promise<true | { readonly pending: string }> {
  const [spec] = mixedCalls('new', {
    plain: { behaviour: 'answer' },
    stream: { behaviour: 'answer' },
    sandboxModel: 'sandbox/echo',
  });
  const seen = await callGateway(world.stack, spec as CallSpec);
  return seen.status === 503 || seen.end === 'unreachable' ? true : { pending: `answered ${seen.status}` };
}
