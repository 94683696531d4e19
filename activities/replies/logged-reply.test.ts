import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Statement } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { Queryable, Query } from '../storage/database.js';
import { createLoggedReply, type LoggedReply } from './logged-reply.js';
import { endAttempt, type ReplyLog } from './reply-log.js';
import { answeredEvent, failedEvent, frameEvent, placesOf } from './test-events.js';

/** A row as it would be written: its position, then what it holds. */
type Row = readonly [position: string, ...places: string[]];

interface Harness {
  readonly logged: LoggedReply;
  readonly written: Row[];
  readonly errors: unknown[];
  /** What the next writes throw, in order; after these they succeed. */
  readonly faults: Error[];
}

const rowOf = ({ values }: Pick<Statement, 'values'> | Query): Row => {
  const [position, events] = values as [string, readonly ReplyEvent[]];
  return [position, ...placesOf(events)];
};

/** A reply whose statements carry events openly instead of sealed. */
function openLogged(): Harness {
  const written: Row[] = [];
  const errors: unknown[] = [];
  const faults: Error[] = [];
  const unused = () => {
    throw new Error('not asked for');
  };
  const log: ReplyLog = {
    appending: (_requestId, _key, { attempt, firstSequence }, events) => ({
      text: 'append',
      values: [`${attempt}:${firstSequence}`, [...events]],
    }),
    forget: unused,
    follow: unused,
  };
  const database: Queryable = {
    query: async (query) => {
      const fault = faults.shift();
      if (fault) throw fault;
      written.push(rowOf(query));
      return [];
    },
  };
  const contentKey = { key: Buffer.alloc(32), kept: true };
  const onError = (error: unknown): void => void errors.push(error);
  return {
    logged: createLoggedReply({ log, database, requestId: 'req_1', contentKey, onError }),
    written,
    errors,
    faults,
  };
}

const away = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const sealed = async (logged: LoggedReply, ...events: readonly ReplyEvent[]): Promise<Row | undefined> => {
  const statement = await logged.seal(events);
  return statement && rowOf(statement);
};

describe('a logged reply', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes what came within a tenth of a second as one row', async () => {
    const { logged, written } = openLogged();
    for (let sequence = 0; sequence < 3; sequence++) await logged.push(frameEvent(sequence));
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    await logged.push(frameEvent(3));
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toEqual([
      ['1:0', '1:0', '1:1', '1:2'],
      ['1:3', '1:3'],
    ]);
  });

  it('writes at once where many came', async () => {
    const { logged, written } = openLogged();
    for (let sequence = 0; sequence < 130; sequence++) await logged.push(frameEvent(sequence));
    expect(written.map(([position, ...places]) => [position, places.length])).toEqual([
      ['1:0', 64],
      ['1:64', 64],
    ]);
  });

  it('begins a row for each attempt', async () => {
    const { logged, written } = openLogged();
    await logged.push(frameEvent(7));
    await logged.push(frameEvent(0, 'again', 2));
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toEqual([
      ['1:7', '1:7'],
      ['2:0', '2:0'],
    ]);
  });

  it('seals with the rest written first and a statement for the end', async () => {
    const { logged, written } = openLogged();
    await logged.push(frameEvent(0));
    expect(await sealed(logged, frameEvent(1), answeredEvent)).toEqual(['1:1', '1:1', 'answered']);
    expect(written).toEqual([['1:0', '1:0']]);
  });

  it('puts an end without frames of its own behind the frames before it', async () => {
    const { logged } = openLogged();
    await logged.push(frameEvent(4, 'words', 2));
    expect(await sealed(logged, failedEvent)).toEqual(['2:5', 'failed']);
  });

  it('puts the end of a request without frames behind every attempt', async () => {
    expect(await sealed(openLogged().logged, failedEvent)).toEqual([`${endAttempt}:0`, 'failed']);
  });

  it('seals the same twice, because the recorder may try again', async () => {
    const { logged, written } = openLogged();
    await logged.push(frameEvent(0));
    const first = await sealed(logged, frameEvent(1), answeredEvent);
    expect(await sealed(logged, frameEvent(1), answeredEvent)).toEqual(first);
    expect(written).toHaveLength(1);
  });

  it('has no statement for no events', async () => {
    expect(await sealed(openLogged().logged)).toBeUndefined();
  });

  it('writes again, in place and in order, what could not be written', async () => {
    const { logged, written, errors, faults } = openLogged();
    faults.push(away());
    await logged.push(frameEvent(0));
    await vi.advanceTimersByTimeAsync(100);
    expect(errors).toHaveLength(1);
    await logged.push(frameEvent(1));
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toEqual([['1:0', '1:0', '1:1']]);
  });

  it('goes on while Postgres is away, and writes the whole when it is back', async () => {
    const { logged, written, errors, faults } = openLogged();
    faults.push(away(), away(), away());
    for (let sequence = 0; sequence < 66; sequence++) await logged.push(frameEvent(sequence));
    expect([written.length, errors.length]).toEqual([0, 3]);
    expect(await sealed(logged, frameEvent(66), answeredEvent)).toEqual(['1:66', '1:66', 'answered']);
    expect(written.map(([position, ...places]) => [position, places.length])).toEqual([['1:0', 66]]);
  });

  it('does not seal over frames that are not written', async () => {
    const { logged, faults } = openLogged();
    await logged.push(frameEvent(0));
    faults.push(away());
    await expect(logged.seal([answeredEvent])).rejects.toThrow('ECONNREFUSED');
  });

  it('fails with whatever else a write fails with', async () => {
    const { logged, faults } = openLogged();
    for (let sequence = 0; sequence < 63; sequence++) await logged.push(frameEvent(sequence));
    faults.push(Object.assign(new Error('no such table'), { code: '42P01' }));
    await expect(logged.push(frameEvent(63))).rejects.toThrow('no such table');
  });

  it('writes nothing more once closed', async () => {
    const { logged, written } = openLogged();
    await logged.push(frameEvent(0));
    logged.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
