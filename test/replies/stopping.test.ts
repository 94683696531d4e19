import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, requestOf } from '../../activities/model-calls/test-requests.js';
import { answeredEvent, failedEvent, frameEvent, placesOf, readAll } from '../../activities/replies/test-events.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { createInstallation, type GatewayProcess, type Installation, startProcess } from './gateway-process.js';
import { store } from './stored-requests.js';

describe('the stopping of a request', () => {
  let installation: Installation;
  let here: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation);
  });
  afterAll(async () => {
    expect(here.errors).toEqual([]);
    await here.close();
    await installation.drop();
  });
  const attach = ({ requestId, retention }: RequestInput, slowReaderMs = 30_000) =>
    here.replies.attach(requestId, { slowReaderMs, retention });

  it('reaches the step that runs, where its caller leaves', async () => {
    const request = requestOf();
    const caller = attach(request);
    const sink = await here.replies.open(request);
    expect([sink.callerIsHere, sink.stop.aborted]).toEqual([true, false]);
    caller.leave('abort');
    expect(sink.stop.reason).toEqual({ class: 'cancelled' });
    expect(here.replies.isAttached(request.requestId)).toBe(false);
    sink.close();
  });

  it('reaches the next step, where its caller leaves between two', async () => {
    const request = requestOf();
    const caller = attach(request);
    (await here.replies.open(request)).close();
    caller.leave('abort');
    const sink = await here.replies.open(request);
    expect([sink.callerIsHere, sink.stop.reason]).toEqual([false, { class: 'cancelled' }]);
    sink.close();
  });

  it('does not come where a caller leaves and wants its request finished', async () => {
    const request = requestOf();
    const caller = attach(request);
    const [before, after] = [await here.replies.open(request), here.replies.open(request)];
    caller.leave('finish');
    expect(before.stop.aborted).toBe(false);
    expect((await after).stop.aborted).toBe(false);
    await before.push(frameEvent(0));
    before.close();
    (await after).close();
  });

  it('comes where the caller reads too slowly, with that as its reason', async () => {
    const request = requestOf();
    const caller = attach(request, 20);
    const sink = await here.replies.open(request);
    // Nobody reads: the queue fills, and what comes after its end is dropped.
    for (let sequence = 0; sequence < 100; sequence++) await sink.push(frameEvent(sequence));
    expect(sink.stop.reason).toEqual({ class: 'slow_reader' });
    expect(caller.ended).toBe(true);
    sink.close();
    const next = await here.replies.open(request);
    expect(next.stop.reason).toEqual({ class: 'slow_reader' });
    next.close();
  });

  it('can be asked for from elsewhere, and the caller is still told the end', async () => {
    const request = requestOf();
    const reading = readAll(attach(request).events);
    const sink = await here.replies.open(request);
    await sink.push(frameEvent(0));
    expect(here.replies.abort(request.requestId, 'cancelled')).toBe(true);
    expect(sink.stop.reason).toEqual({ class: 'cancelled' });
    await sink.deliver(failedEvent);
    sink.close();
    expect(placesOf(await reading)).toEqual(['1:0', 'failed']);
  });

  it('can be asked for before anything of the request has come here', async () => {
    const request = requestOf();
    expect(here.replies.abort(request.requestId, 'cancelled')).toBe(false);
    const sink = await here.replies.open(request);
    expect(sink.stop.reason).toEqual({ class: 'cancelled' });
    sink.close();
  });

  it('is the matter of one request only', async () => {
    const [one, other] = [requestOf(), requestOf()];
    const sinks = [await here.replies.open(one), await here.replies.open(other)];
    here.replies.abort(one.requestId, 'cancelled');
    expect(sinks.map(({ stop }) => stop.aborted)).toEqual([true, false]);
    for (const sink of sinks) sink.close();
  });

  it('does not keep a kept reply from being logged to its end', async () => {
    const request = requestOf({ retention: 'kept', keyed: true });
    await store(here, request, callOf());
    const caller = attach(request);
    const sink = await here.replies.open(request);
    await sink.push(frameEvent(0));
    caller.leave('abort');
    await sink.push(frameEvent(1));
    for (const statement of await sink.durable([answeredEvent])) await here.database.query(statement);
    sink.close();
    const events = await readAll(here.replies.follow(request.requestId, new AbortController().signal));
    expect(placesOf(events)).toEqual(['1:0', '1:1', 'answered']);
  });
});

describe('what a process tells its own callers', () => {
  let installation: Installation;
  let here: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation);
  });
  afterAll(async () => {
    await here.close();
    await installation.drop();
  });

  it('may be the end of a request that ended elsewhere', async () => {
    const { requestId } = requestOf();
    const caller = here.replies.attach(requestId, { slowReaderMs: 30_000, retention: 'interactive' });
    expect(here.replies.isAttached(requestId)).toBe(true);
    await here.replies.tell(requestId, failedEvent);
    expect(await readAll(caller.events)).toEqual([failedEvent]);
    expect(here.replies.isAttached(requestId)).toBe(false);
    await here.replies.tell(requestId, failedEvent);
  });

  it('of the last failure is kept until it is asked for, once', () => {
    const { requestId } = requestOf();
    here.replies.remember(requestId, { message: 'first' });
    here.replies.remember(requestId, { message: 'last' });
    expect(here.replies.recall(requestId)).toEqual({ message: 'last' });
    expect(here.replies.recall(requestId)).toBeUndefined();
  });
});
