import { setTimeout as sleep } from 'node:timers/promises';
import { callGateway, type CallSpec, type Seen } from './caller.js';
import type { AttemptFacts, CallFacts, KeptFacts, RoundFacts, Victim, Violation } from './facts.js';
import { auditBooks, quiet } from './books.js';
import { followStored } from './follow-stored.js';
import { mixedCalls, tagIn } from './mixed-calls.js';
import { judgeRound } from './oracle.js';
import { readAttempts, readRequests } from './records.js';
import type { StageName } from './stage-names.js';
import { stageOf } from './stages.js';
import { until } from './until.js';
import type { World } from './world.js';

export interface Kill {
  readonly stage: StageName;
  readonly victim: Victim;
  /** Alternates what chance would decide. */
  readonly variant: number;
}

export interface RoundResult {
  readonly facts: RoundFacts;
  readonly violations: readonly Violation[];
  /** From the kill to the end of the last request that had been accepted before it. */
  readonly recoveryMs: number;
}

let rounds = 0;

/** 20 requests to a stage, one kill -9, and everything that must be true once all is quiet again. */
export async function runRound(world: World, { stage: name, victim, variant }: Kill): Promise<RoundResult> {
  rounds += 1;
  const round = `${name}-${victim}-${rounds}`;
  await world.beginRound();
  const stage = stageOf(world, name, round, variant);
  await stage.prepare();
  const early = stage.calls.map((spec) => startCall(world, spec, false));
  const standing = await stage.reach();
  const holder = await livingGateway(world);
  const pid = world.stack.pids()[victim];
  const killedAt = performance.now();
  const killedAtDatabaseTime = await databaseTime(world);

  await world.stack.kill(victim);
  const late = lateCalls(round).map((spec) => startCall(world, spec, true));
  const dismissed = victim === 'gateway' && variant % 2 === 0;
  await standing.letGo(dismissed);
  const left =
    victim === 'gateway'
      ? { holder, dismissed, attempts: await whatIsLeft(world, holder, killedAtDatabaseTime) }
      : undefined;
  await world.stack.waitReady();
  if (world.stack.pids()[victim] === pid) throw new Error(`The ${victim} was not killed.`);

  const calls = await Promise.all([...early, ...late].map(async (call) => askAgain(world, await call)));
  await quiet(world, stage.accepted);
  const recoveryMs = performance.now() - killedAt;
  const known = await gather(world, { stage: name, victim, calls, accepted: stage.accepted, ...(left && { left }) });
  // What goes on from a kept answer is a request more, which the books of the round do not have.
  const kept = await followStored(
    world,
    calls.map(({ spec }) => spec),
  );
  await quiet(world, stage.accepted);
  const facts = { ...known, calls: calls.map((call) => withKept(call, kept.get(call.spec.tag))) };
  return { facts, violations: [...judgeRound(facts), ...(await auditBooks(world))], recoveryMs };
}

function withKept(call: CallFacts, kept: KeptFacts | undefined): CallFacts {
  return kept === undefined ? call : { ...call, kept };
}

interface Call {
  readonly spec: CallSpec;
  readonly seen: Seen;
  readonly late: boolean;
}

async function startCall({ stack }: World, spec: CallSpec, late: boolean): Promise<Call> {
  return { spec, seen: await callGateway(stack, spec), late };
}

/** Four of the usual ones, which come while things are down. */
function lateCalls(round: string): readonly CallSpec[] {
  const answer = { behaviour: 'answer' } as const;
  return mixedCalls(`${round}-late`, { plain: answer, stream: answer, sandboxModel: 'sandbox/metered' }).slice(0, 4);
}

/** The same key and body once more, as a caller would whose answer did not come. */
async function askAgain({ stack }: World, call: Call): Promise<CallFacts> {
  if (call.spec.idempotencyKey === undefined) return call;
  for (const deadline = performance.now() + 60_000; ; await sleep(500)) {
    const again = await callGateway(stack, call.spec);
    // What a 503 asks for: the gateway is not quite there yet, or Temporal and Postgres are not.
    const isAway = again.status === 503 || again.end === 'unreachable';
    if (!isAway || performance.now() > deadline) return { ...call, again };
  }
}

/** The attempts as the dead process has left them: once its last statement, if any still waited, is over. */
async function whatIsLeft(world: World, holder: string, killedAt: Date): Promise<readonly AttemptFacts[]> {
  await until('the statements of the dead process to end', async () => {
    const rows = await world.database.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'sluice' AND datname = current_database() AND backend_start < $1`,
      [killedAt],
    );
    return rows.length === 0 ? true : { pending: `${rows.length} still there` };
  });
  return (await readAttempts(world)).filter(({ owner }) => owner.startsWith(`${holder}/`));
}

async function gather(world: World, known: Omit<RoundFacts, 'requests' | 'vendorCalls'>): Promise<RoundFacts> {
  const log = await world.vendor.log();
  return {
    ...known,
    requests: await readRequests(world),
    vendorCalls: log.map(({ body }) => ({ tag: tagIn(body) })),
  };
}

async function livingGateway({ database }: World): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    'SELECT id FROM requests.instances ORDER BY started_at DESC LIMIT 1',
    [],
  );
  if (row === undefined) throw new Error('No gateway has announced itself.');
  return row.id;
}

async function databaseTime({ database }: World): Promise<Date> {
  const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now', []);
  if (row === undefined) throw new Error('Postgres did not tell the time.');
  return row.now;
}
