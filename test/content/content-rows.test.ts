import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, requestOf } from '../../activities/model-calls/test-requests.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { end, grantCredit, reserve, store } from '../replies/stored-requests.js';
import { findInDatabase } from './find-in-database.js';

const hourMs = 3_600_000;

describe('content in Postgres', () => {
  let installation: Installation;
  let here: GatewayProcess;
  let there: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation);
    there = await startProcess(installation, { id: 'gw_b' });
    await grantCredit(here.database);
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await installation.drop();
  });
  const count = async (table: string, requestId: string): Promise<number> => {
    const [row] = await here.database.query<{ count: bigint }>({
      text: `SELECT count(*) FROM ${table} WHERE request_id = $1`,
      values: [requestId],
    });
    return Number(row?.count);
  };

  it('is read by another process, interactive and kept', async () => {
    for (const retention of ['interactive', 'kept'] as const) {
      const request = requestOf({ retention });
      const call = callOf('größe\0 🙂 \ud800');
      await store(here, request, call);
      expect(await there.rows.read(request.requestId, retention)).toEqual(call);
      expect(await there.content.read(request.requestId, retention)).toEqual(call);
      const contentKey = await there.rows.keyOf(request.requestId, retention);
      expect(contentKey).toMatchObject({ kept: retention === 'kept' });
      expect(contentKey?.key).toEqual((await here.rows.keyOf(request.requestId, retention))?.key);
    }
  });

  it('is nowhere in plain text', async () => {
    const canary = 'canary-in-a-call';
    for (const retention of ['interactive', 'kept'] as const)
      await store(here, requestOf({ retention }), callOf(canary));
    expect(await findInDatabase(here.database, canary)).toEqual([]);
    // The search is one that finds.
    await here.database.query({ text: 'CREATE TABLE leak (body bytea, text text)' });
    await here.database.query({
      text: 'INSERT INTO leak VALUES ($1, $2)',
      values: [Buffer.from(`a ${canary}`), `a ${canary}`],
    });
    expect(await findInDatabase(here.database, canary)).toEqual(['public.leak.body', 'public.leak.text']);
    await here.database.query({ text: 'DROP TABLE leak' });
  });

  it('under zero data retention has no row', async () => {
    const { requestId } = requestOf({ retention: 'zdr' });
    here.content.hold(requestId, callOf());
    expect(await there.content.read(requestId, 'zdr')).toBeUndefined();
    expect(await here.rows.keyOf(requestId, 'zdr')).toBeUndefined();
    expect(await here.content.read(requestId, 'zdr')).toBeDefined();
  });

  it('that is interactive rests in tables that neither the log nor a backup of it holds', async () => {
    const rows = await here.database.query<{ name: string; persistence: string }>({
      text: `SELECT relname AS name, relpersistence AS persistence FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
             WHERE nspname = 'content' AND relkind = 'r' ORDER BY relname`,
    });
    expect(rows.map(({ name, persistence }) => `${name} ${persistence}`)).toEqual([
      'interactive u',
      'interactive_log u',
      'kept p',
      'kept_log p',
    ]);
  });

  it('that is shared stays as it was first shared', async () => {
    const request = requestOf();
    here.content.hold(request.requestId, callOf('first'));
    await here.content.share(request.requestId);
    const contentKey = await here.rows.keyOf(request.requestId, 'interactive');
    await here.content.share(request.requestId);
    expect((await here.rows.keyOf(request.requestId, 'interactive'))?.key).toEqual(contentKey?.key);
    expect(await there.content.read(request.requestId, 'interactive')).toEqual(callOf('first'));
  });

  it('goes with the end of its request, and cannot come after it', async () => {
    const request = requestOf();
    await reserve(here.database, request);
    here.content.hold(request.requestId, callOf());
    await here.content.share(request.requestId);
    expect(await count('content.interactive', request.requestId)).toBe(1);
    await end(here.database, request);
    expect(await count('content.interactive', request.requestId)).toBe(0);
    await here.content.share(request.requestId);
    expect(await count('content.interactive', request.requestId)).toBe(0);
    expect(await there.content.read(request.requestId, 'interactive')).toBeUndefined();
  });

  it('cannot come after the end of a request that had no row either', async () => {
    const request = requestOf();
    await end(here.database, request);
    await store(here, request, callOf());
    expect(await count('content.interactive', request.requestId)).toBe(0);
  });

  it('waits for an end that is under way, and then does not come', async () => {
    const request = requestOf();
    await reserve(here.database, request);
    const sharing = await here.database.transaction(async (transaction) => {
      await transaction.query({
        text: `SELECT * FROM requests.finish($1, 'released', NULL, 'cancelled', false)`,
        values: [JSON.stringify(request)],
      });
      const stored = store(there, request, callOf());
      // It has come as far as the lock that this transaction holds.
      await expect
        .poll(() => here.database.query({ text: `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted` }))
        .toHaveLength(1);
      return { stored };
    });
    await sharing.stored;
    expect(await count('content.interactive', request.requestId)).toBe(0);
  });

  it('that is kept cannot be read once its time is over, though its row is there', async () => {
    const request = requestOf({ retention: 'kept' });
    await store(here, request, callOf(), Date.now() - 1);
    expect(await count('content.kept', request.requestId)).toBe(1);
    expect(await there.rows.read(request.requestId, 'kept')).toBeUndefined();
    expect(await there.rows.keyOf(request.requestId, 'kept')).toBeUndefined();
  });

  it('that is kept cannot be read once its epoch key is destroyed, whatever its row says', async () => {
    const expiresAtMs = Date.now() + hourMs;
    const [request, later] = [requestOf({ retention: 'kept' }), requestOf({ retention: 'kept' })];
    await store(here, request, callOf(), expiresAtMs);
    await store(here, later, callOf(), expiresAtMs + 2 * hourMs);
    expect(await there.rows.read(request.requestId, 'kept')).toEqual(callOf());
    await here.database.query({ text: `UPDATE content.kept SET expires_at = 'infinity'` });
    await here.epochKeys.destroyExpired(expiresAtMs + hourMs);
    await there.epochKeys.destroyExpired(expiresAtMs + hourMs);
    const fresh = await startProcess(installation, { id: 'gw_c' });
    for (const { rows } of [here, there, fresh]) {
      expect(await rows.read(request.requestId, 'kept')).toBeUndefined();
      expect(await rows.keyOf(request.requestId, 'kept')).toBeUndefined();
      expect(await rows.read(later.requestId, 'kept')).toEqual(callOf());
    }
    await fresh.close();
  });

  it('does not open in another request’s row', async () => {
    const [one, other] = [requestOf({ retention: 'kept' }), requestOf({ retention: 'kept' })];
    await store(here, one, callOf('one'));
    await store(here, other, callOf('other'));
    await here.database.query({
      text: `UPDATE content.kept k SET body = o.body, wrapped_key = o.wrapped_key, epoch = o.epoch
             FROM content.kept o WHERE k.request_id = $1 AND o.request_id = $2`,
      values: [one.requestId, other.requestId],
    });
    await expect(there.rows.read(one.requestId, 'kept')).rejects.toThrow();
    expect(await there.rows.read(other.requestId, 'kept')).toEqual(callOf('other'));
  });
});
