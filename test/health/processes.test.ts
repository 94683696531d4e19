import { describe, expect, it } from 'vitest';
import type { Database } from '../../activities/storage/database.js';
import type { OfferHealth } from '../../workflows/contracts/health.js';
import { type HealthProcess, useHealthWorld } from './health-world.js';

// Gateway processes that share what they see of vendors through one database. Time is the test's own.

const world = useHealthWorld();

function fail(process: HealthProcess, offerId: string, times = 5): void {
  for (let count = 0; count < times; count += 1) process.attempt(offerId, 'overloaded');
}

const healthOf = ({ health }: HealthProcess, key: string): OfferHealth => {
  const found = health
    .list()
    .find(({ offerId, credentialId }) => key === [offerId, credentialId].filter(Boolean).join('@'));
  if (!found) throw new Error(`${key} is unknown`);
  return found;
};

/** Everybody's until the circuit may be tried. */
function rest(process: HealthProcess, offerId: string): void {
  world.time.nowMs = healthOf(process, offerId).untilMs! + 1_000;
}

describe('an outage that one process sees', () => {
  it('is at once known to all, and a newcomer knows it from the start', async () => {
    const [a, b] = [await world.start('a1'), await world.start('b1')];
    const offerId = world.offerId();
    fail(a, offerId);
    expect(a.circuitOf(offerId)).toBe('open');
    await b.shows(offerId, 'open');
    expect(healthOf(b, offerId)).toMatchObject({
      reason: 'overloaded',
      untilMs: healthOf(a, offerId).untilMs,
      warmth: 0,
    });
    const late = await world.start('late1');
    expect(late.circuitOf(offerId)).toBe('open');
  });

  it('concerns one credential alone', async () => {
    const [a, b] = [await world.start('a2'), await world.start('b2')];
    const offerId = world.offerId();
    a.attempt(offerId, 'model_not_found', { credentialId: 'cred_1' });
    a.attempt(offerId);
    await b.shows(`${offerId}@cred_1`, 'open');
    await b.health.exchange();
    expect(b.circuitOf(offerId)).not.toBe('open');
    expect(a.circuitOf(offerId)).not.toBe('open');
  });

  it('of an account concerns all offers of its vendor, and is over at once where its secret changes', async () => {
    const [a, b] = [await world.start('a8'), await world.start('b8')];
    const [offerId, credentialId] = [world.offerId(), 'cred_8'];
    a.attempt(offerId, 'auth', { credentialId });
    await b.shows('acme/*@cred_8', 'open');
    expect(a.circuitOf(`${offerId}@cred_8`)).not.toBe('open');
    expect(healthOf(b, 'acme/*@cred_8')).toMatchObject({ reason: 'auth', warmth: 0 });
    expect(healthOf(b, 'acme/*@cred_8').untilMs! - world.time.nowMs).toBeGreaterThanOrEqual(48_000);

    // A failure of before the change comes late, and must not undo it.
    world.time.nowMs += 1_000;
    a.health.credentialChanged(credentialId);
    a.attempt(offerId, 'auth', { credentialId });
    await b.shows('acme/*@cred_8', 'closed');
    expect([a, b].map((process) => healthOf(process, 'acme/*@cred_8').warmth)).toEqual([1, 1]);
  });

  it('of an account is found to be over through any of its offers', async () => {
    const a = await world.start('a9');
    const [first, second, credentialId] = [world.offerId(), world.offerId(), 'cred_9'];
    a.attempt(first, 'quota_exhausted', { credentialId });
    rest(a, 'acme/*@cred_9');
    a.health.planned([{ offerId: second, credentialId }]);
    await a.shows('acme/*@cred_9', 'half_open');
    a.attempt(second, undefined, { credentialId });
    a.attempt(second, undefined, { credentialId });
    expect(a.circuitOf('acme/*@cred_9')).toBe('closed');
    expect(healthOf(a, 'acme/*@cred_9').warmth).toBeCloseTo(0.1);
  });

  it('is found by what all see together, where none sees five failures in a row', async () => {
    const processes = await Promise.all(['a3', 'b3', 'c3', 'd3'].map((id) => world.start(id)));
    const offerId = world.offerId();
    for (const process of processes) {
      for (let turn = 0; turn < 6; turn += 1) process.attempt(offerId, turn % 2 === 0 ? 'vendor_error' : undefined);
    }
    for (const process of processes) expect(process.circuitOf(offerId)).not.toBe('open');
    for (const process of processes) await process.health.exchange();
    const [first] = processes;
    await first!.health.exchange();
    expect(healthOf(first!, offerId)).toMatchObject({
      attempts: 24,
      availability: 0.5,
      failures: { vendor_error: 12 },
    });
    first!.attempt(offerId, 'vendor_error');
    expect(first!.circuitOf(offerId)).toBe('open');
    await processes[3]!.shows(offerId, 'open');
  });
});

describe('a circuit that has rested', () => {
  it('is tried by two requests of one process, not by all at once, and closes for all', async () => {
    const processes = await Promise.all(['a4', 'b4', 'c4', 'd4'].map((id) => world.start(id)));
    const offerId = world.offerId();
    fail(processes[0]!, offerId);
    for (const process of processes) await process.shows(offerId, 'open');
    rest(processes[0]!, offerId);
    for (const process of processes) process.health.planned([{ offerId }]);
    const winner = await Promise.any(
      processes.map(async (process) => {
        await process.shows(offerId, 'half_open');
        return process;
      }),
    );
    // The others have been told no by now: they asked the database before or beside the one that won.
    for (const process of processes) await process.health.exchange();
    expect(processes.filter((process) => process.circuitOf(offerId) === 'half_open')).toEqual([winner]);

    winner.health.planned([{ offerId }]);
    expect(winner.circuitOf(offerId)).toBe('half_open');
    winner.health.planned([{ offerId }]);
    expect(winner.circuitOf(offerId)).toBe('open');

    winner.attempt(offerId);
    winner.attempt(offerId);
    for (const process of processes) await process.shows(offerId, 'closed');
    expect(healthOf(processes[3]!, offerId).warmth).toBe(healthOf(winner, offerId).warmth);
    expect(healthOf(winner, offerId).warmth).toBeCloseTo(0.1);
    world.time.nowMs += 60_000;
    expect(healthOf(processes[3]!, offerId).warmth).toBe(1);
  });

  it('rests longer for all where a try fails', async () => {
    const [a, b] = [await world.start('a5'), await world.start('b5')];
    const offerId = world.offerId();
    fail(a, offerId);
    await b.shows(offerId, 'open');
    rest(a, offerId);
    a.health.planned([{ offerId }]);
    await a.shows(offerId, 'half_open');
    a.attempt(offerId, 'overloaded');
    const { untilMs } = healthOf(a, offerId);
    expect(untilMs! - world.time.nowMs).toBeGreaterThanOrEqual(8_000);
    await expect.poll(() => healthOf(b, offerId).untilMs).toBe(untilMs);
  });

  it('is tried by another process where the first one died with its leave', async () => {
    const [a, b] = [await world.start('a6'), await world.start('b6')];
    const offerId = world.offerId();
    fail(a, offerId);
    await b.shows(offerId, 'open');
    rest(a, offerId);
    a.health.planned([{ offerId }]);
    await a.shows(offerId, 'half_open');
    world.time.nowMs += 5_000;
    b.health.planned([{ offerId }]);
    await b.shows(offerId, 'half_open');
    expect(a.circuitOf(offerId)).toBe('open');
  });

  it('can be tried although a crash of Postgres has emptied what is not logged', async () => {
    const a = await world.start('a7');
    const offerId = world.offerId();
    fail(a, offerId);
    await a.health.exchange();
    await a.database.query({ text: 'TRUNCATE health.circuits, health.observations' });
    rest(a, offerId);
    a.health.planned([{ offerId }]);
    await a.shows(offerId, 'half_open');
  });
});

describe('a database that is away', () => {
  const away = (real: Database): Database & { isAway: boolean } => {
    const database: Database & { isAway: boolean } = {
      ...real,
      isAway: false,
      query: (query) => (database.isAway ? Promise.reject(new Error('connect ECONNREFUSED')) : real.query(query)),
    };
    return database;
  };

  it('leaves each process its own view, and what was missed is told afterwards', async () => {
    let cable: { isAway: boolean } | undefined;
    const a = await world.start('a8', {
      wrap: (real) => {
        const database = away(real);
        cable = database;
        return database;
      },
    });
    const b = await world.start('b8');
    const offerId = world.offerId();
    cable!.isAway = true;
    fail(a, offerId);
    expect(a.circuitOf(offerId)).toBe('open');
    await expect(a.health.exchange()).rejects.toThrow('ECONNREFUSED');
    rest(a, offerId);
    a.health.planned([{ offerId }]);
    await a.shows(offerId, 'half_open');
    a.attempt(offerId, 'overloaded');
    cable!.isAway = false;
    await expect
      .poll(() =>
        a.health.exchange().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await b.shows(offerId, 'open');
    await b.health.exchange();
    expect(healthOf(b, offerId)).toMatchObject({ attempts: 6, untilMs: healthOf(a, offerId).untilMs });
    expect(a.errors.length).toBeGreaterThan(0);
  });
});

describe('what was seen', () => {
  it('is the same at every process after an exchange, whoever saw it, and repeated writes change nothing', async () => {
    const [a, b] = [await world.start('a9'), await world.start('b9')];
    const offerId = world.offerId();
    const signs = { refused: false, truncated: true, empty: false };
    a.attempt(offerId, undefined, { firstTokenMs: 200, tokensPerSecond: 50, signs });
    b.attempt(offerId, undefined, { firstTokenMs: 800, tokensPerSecond: 25, signs: { ...signs, truncated: false } });
    for (const process of [a, b, a, b]) await process.health.exchange();
    expect(healthOf(a, offerId)).toEqual(healthOf(b, offerId));
    const { firstTokenMs, tokensPerSecond, quality, attempts } = healthOf(a, offerId);
    expect(attempts).toBe(2);
    expect(firstTokenMs!.p50 / 200).toBeCloseTo(1, 1);
    expect(firstTokenMs!.p99 / 800).toBeCloseTo(1, 1);
    expect(tokensPerSecond!.p50 / 25).toBeCloseTo(1, 1);
    expect(quality).toMatchObject({ truncated: 0.5, refused: 0 });
  });

  it('is forgotten after its time, in memory and in the database', async () => {
    const a = await world.start('a10');
    const offerId = world.offerId();
    a.attempt(offerId, 'cut');
    await a.health.exchange();
    world.time.nowMs += 15 * 60_000;
    await a.health.exchange();
    expect(a.health.list().some((one) => one.offerId === offerId)).toBe(false);
    const rows = await a.database.query<{ width_seconds: number }>({
      text: 'SELECT width_seconds FROM health.observations WHERE offer_id = $1',
      values: [offerId],
    });
    expect(rows).toEqual([{ width_seconds: 300 }]);
    const history = await a.health.histories([offerId]);
    expect(history.get(offerId)).toEqual({ uptime30m: 0, uptime1d: 0 });
    world.time.nowMs += 25 * 3_600_000;
    await a.health.exchange();
    expect(await a.health.histories([offerId])).toEqual(new Map());
  });
});
