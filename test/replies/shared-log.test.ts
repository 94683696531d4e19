import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, requestOf } from '../../activities/model-calls/test-requests.js';
import { answeredEvent, failedEvent, frameEvent, placesOf, readAll } from '../../activities/replies/test-events.js';
import type { ReplySink } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { findInDatabase } from '../content/find-in-database.js';
import { createFaultyDatabase } from './faulty-database.js';
import { createInstallation, type GatewayProcess, type Installation, startProcess } from './gateway-process.js';
import { store } from './stored-requests.js';

const forever = (): AbortSignal => new AbortController().signal;
const frames = (count: number, from = 0, attempt = 1): readonly ReplyEvent[] =>
  Array.from({ length: count }, (_, index) => frameEvent(from + index, `word ${from + index} `, attempt));
const pushAll = async (sink: ReplySink, events: readonly ReplyEvent[]): Promise<void> => {
  for (const event of events) await sink.push(event);
};

describe('a reply over several processes', () => {
  let installation: Installation;
  let here: GatewayProcess;
  let there: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation, { id: 'gw_a' });
    there = await startProcess(installation, { id: 'gw_b' });
  });
  afterAll(async () => {
    expect([...here.errors, ...there.errors]).toEqual([]);
    await here.close();
    await there.close();
    await installation.drop();
  });

  async function begin(fields: Partial<RequestInput>): Promise<RequestInput> {
    const request = requestOf(fields);
    if (request.retention === 'zdr') here.content.hold(request.requestId, callOf());
    else await store(here, request, callOf());
    return request;
  }
  const attach = ({ requestId, retention }: RequestInput, process = here) =>
    process.replies.attach(requestId, { slowReaderMs: 30_000, retention });
  /** What a recorder does with the end of a reply. */
  async function seal(process: GatewayProcess, sink: ReplySink, events: readonly ReplyEvent[]): Promise<void> {
    const statements = await sink.durable(events);
    await process.database.transaction(async (transaction) => {
      for (const statement of statements) await transaction.query(statement);
    });
    for (const event of events) await sink.deliver(event);
  }
  const logged = async ({ requestId }: RequestInput): Promise<number> => {
    const [row] = await here.database.query<{ count: bigint }>({
      text: `SELECT count(*) FROM (SELECT request_id FROM content.kept_log UNION ALL SELECT request_id FROM content.interactive_log) l
             WHERE request_id = $1`,
      values: [requestId],
    });
    return Number(row?.count);
  };

  describe('that is kept', () => {
    const kept = { retention: 'kept', keyed: true } as const;

    it('is followed from its beginning, while it grows and after its end', async () => {
      const request = await begin(kept);
      const { requestId } = request;
      const caller = readAll(attach(request).events);
      const early = readAll(there.replies.follow(requestId, forever()));
      const sink = await here.replies.open(request);
      const [head, middle, tail] = [frames(5), frames(70, 5), frames(2, 75)];
      await pushAll(sink, head);
      // What is batched is written within a tenth of a second, without an end.
      expect(placesOf(await readAll(there.replies.follow(requestId, forever()), 5))).toEqual(placesOf(head));
      const late = readAll(there.replies.follow(requestId, forever()));
      await pushAll(sink, middle);
      await seal(here, sink, [...tail, answeredEvent]);
      sink.close();
      const whole = [...head, ...middle, ...tail, answeredEvent];
      expect(await caller).toEqual(whole);
      expect(await early).toEqual(whole);
      expect(await late).toEqual(whole);
      expect(await readAll(here.replies.follow(requestId, forever()))).toEqual(whole);
      expect(await logged(request)).toBeLessThan(10);
    });

    it('is followed through several attempts', async () => {
      const request = await begin(kept);
      const first = await here.replies.open(request);
      await pushAll(first, frames(2));
      await first.durable([]);
      first.close();
      const second = await there.replies.open(request);
      await pushAll(second, frames(2, 0, 2));
      await seal(there, second, [failedEvent]);
      second.close();
      const events = await readAll(here.replies.follow(request.requestId, forever()));
      expect(placesOf(events)).toEqual(['1:0', '1:1', '2:0', '2:1', 'failed']);
    });

    it('is sealed by its end: a step that runs again adds nothing to it', async () => {
      const request = await begin(kept);
      for (const process of [here, here, there]) {
        const sink = await process.replies.open(request);
        await pushAll(sink, frames(3));
        await seal(process, sink, [...frames(1, 3), answeredEvent]);
        sink.close();
      }
      // A release that comes after an answer, and is told that the request was settled.
      const release = await there.replies.open(request);
      await seal(there, release, [failedEvent]);
      release.close();
      const events = await readAll(here.replies.follow(request.requestId, forever()));
      expect(placesOf(events)).toEqual(['1:0', '1:1', '1:2', '1:3', 'answered']);
    });

    it('keeps its first end where a release runs again', async () => {
      const request = await begin(kept);
      for (const message of ['first', 'second']) {
        const sink = await there.replies.open(request);
        await seal(there, sink, [{ ...failedEvent, type: 'failed', failure: { class: 'cut' }, detail: { message } }]);
        sink.close();
      }
      expect(await readAll(here.replies.follow(request.requestId, forever()))).toMatchObject([
        { type: 'failed', detail: { message: 'first' } },
      ]);
    });

    it('has nothing logged where the transaction that seals it is rolled back', async () => {
      const request = await begin(kept);
      const sink = await here.replies.open(request);
      const statements = await sink.durable([answeredEvent]);
      const refused = new Error('the attempt is another’s');
      const work = here.database.transaction(async (transaction) => {
        for (const statement of statements) await transaction.query(statement);
        throw refused;
      });
      await expect(work).rejects.toBe(refused);
      expect(await logged(request)).toBe(0);
      sink.close();
    });

    it('forgets one attempt, and no other', async () => {
      const request = await begin(kept);
      for (const attempt of [1, 2]) {
        const sink = await here.replies.open(request);
        await pushAll(sink, frames(2, 0, attempt));
        await sink.durable([]);
        sink.close();
      }
      await there.replies.forget(request, 1);
      const sink = await there.replies.open(request);
      await seal(there, sink, [failedEvent]);
      sink.close();
      const events = await readAll(here.replies.follow(request.requestId, forever()));
      expect(placesOf(events)).toEqual(['2:0', '2:1', 'failed']);
    });

    it('ends for its followers where its content is destroyed', async () => {
      const request = await begin(kept);
      const sink = await here.replies.open(request);
      const following = readAll(there.replies.follow(request.requestId, forever()));
      await pushAll(sink, frames(2));
      await sink.durable([]);
      await here.database.query({
        text: 'DELETE FROM content.kept WHERE request_id = $1',
        values: [request.requestId],
      });
      sink.close();
      expect((await following).length).toBeLessThanOrEqual(2);
      expect(await logged(request)).toBe(0);
      expect(await readAll(here.replies.follow(request.requestId, forever()))).toEqual([]);
    });

    it('does not open in another place', async () => {
      const request = await begin(kept);
      const sink = await here.replies.open(request);
      await seal(here, sink, [...frames(1), answeredEvent]);
      sink.close();
      await here.database.query({
        text: 'UPDATE content.kept_log SET first_sequence = 1 WHERE request_id = $1',
        values: [request.requestId],
      });
      await expect(readAll(there.replies.follow(request.requestId, forever()))).rejects.toThrow();
    });

    it('is followed though the notifications of it are lost', async () => {
      const request = await begin(kept);
      const lonely = await startProcess(installation, { id: 'gw_c' });
      const following = readAll(lonely.replies.follow(request.requestId, forever()));
      await here.database.query({
        text: `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'sluice-listen'`,
      });
      const sink = await here.replies.open(request);
      await seal(here, sink, [...frames(2), answeredEvent]);
      sink.close();
      expect(placesOf(await following)).toEqual(['1:0', '1:1', 'answered']);
      // Theirs were broken too, on purpose.
      for (const { errors } of [here, there]) errors.length = 0;
      await lonely.close();
    });
  });

  describe('that is interactive', () => {
    it('reaches a caller of this process in order and once, though another process makes it', async () => {
      const request = await begin({});
      const caller = attach(request);
      const reading = readAll(caller.events);
      const sink = await there.replies.open(request);
      expect(sink.callerIsHere).toBe(false);
      const body = frames(200);
      await pushAll(sink, body);
      await seal(there, sink, [...frames(1, 200), answeredEvent]);
      sink.close();
      expect(await reading).toEqual([...body, ...frames(1, 200), answeredEvent]);
      expect(caller.ended).toBe(true);
    });

    it('reaches that caller as it grows', async () => {
      const request = await begin({});
      const events = attach(request).events[Symbol.asyncIterator]();
      const sink = await there.replies.open(request);
      for (let sequence = 0; sequence < 3; sequence++) {
        await sink.push(frameEvent(sequence));
        expect(await events.next()).toMatchObject({ value: { type: 'frame', sequence } });
      }
      await seal(there, sink, [answeredEvent]);
      expect(await events.next()).toMatchObject({ value: { type: 'answered' } });
      sink.close();
    });

    it('reaches that caller once where both processes make it', async () => {
      const request = await begin({});
      const reading = readAll(attach(request).events);
      const theirs = await there.replies.open(request);
      await pushAll(theirs, frames(100));
      const ours = await here.replies.open(request);
      await pushAll(ours, frames(100));
      await seal(there, theirs, [...frames(20, 100), answeredEvent]);
      theirs.close();
      ours.close();
      expect(await reading).toEqual([...frames(120), answeredEvent]);
    });

    it('goes on there where it was begun here, and the caller has both parts', async () => {
      const request = await begin({});
      const reading = readAll(attach(request).events);
      const first = await here.replies.open(request);
      expect(first.callerIsHere).toBe(true);
      await pushAll(first, frames(3));
      first.close();
      const second = await there.replies.open(request);
      await pushAll(second, frames(3, 0, 2));
      await seal(there, second, [answeredEvent]);
      second.close();
      expect(placesOf(await reading)).toEqual(['1:0', '1:1', '1:2', '2:0', '2:1', '2:2', 'answered']);
    });

    it('reaches a caller whose own process could not begin it', async () => {
      const faulty = createFaultyDatabase();
      const holder = await startProcess(installation, { id: 'gw_c', wrap: faulty.wrap });
      const request = await begin({ retention: 'kept', keyed: true });
      const reading = readAll(attach(request, holder).events);
      faulty.failNext('content-kept-read', 1);
      await expect(holder.replies.open(request)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      const sink = await there.replies.open(request);
      await seal(there, sink, [...frames(2), answeredEvent]);
      sink.close();
      expect(placesOf(await reading)).toEqual(['1:0', '1:1', 'answered']);
      await holder.close();
    });

    it('is logged only where its caller is elsewhere', async () => {
      const request = await begin({});
      const reading = readAll(attach(request).events);
      const sink = await here.replies.open(request);
      await pushAll(sink, frames(100));
      expect(await sink.durable([answeredEvent])).toEqual([]);
      await sink.deliver(answeredEvent);
      sink.close();
      expect(await reading).toHaveLength(101);
      expect(await logged(request)).toBe(0);
    });

    it('is logged nowhere under zero data retention', async () => {
      const request = await begin({ retention: 'zdr' });
      for (const process of [here, there]) {
        const sink = await process.replies.open(request);
        await pushAll(sink, frames(100));
        expect(await sink.durable([answeredEvent])).toEqual([]);
        sink.close();
      }
      expect(await logged(request)).toBe(0);
    });
  });

  it('is in no table in plain text', async () => {
    const canary = 'canary-in-a-reply';
    const failed: ReplyEvent = { type: 'failed', failure: { class: 'cut' }, detail: { message: canary } };
    for (const retention of ['kept', 'interactive'] as const) {
      for (const last of [answeredEvent, failed]) {
        const request = await begin({ retention, keyed: retention === 'kept' });
        const reading = readAll(attach(request).events);
        const sink = await there.replies.open(request);
        await sink.push(frameEvent(0, canary));
        await seal(there, sink, [frameEvent(1, canary), last]);
        sink.close();
        expect(JSON.stringify(await reading)).toContain(canary);
        expect(await logged(request)).toBeGreaterThan(0);
      }
    }
    expect(await findInDatabase(here.database, canary)).toEqual([]);
  });
});
