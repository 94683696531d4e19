import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../workflows/contracts/objects.js';
import { file, inPieces, owner, readWhole, useObjects } from './objects-world.js';

// What a request for a model brings rests as an object for as long as the request, and not a moment longer.

describe('what a request has brought', () => {
  const world = useObjects('a directory');
  let count = 0;
  const newRequest = (): string => `req_${(count += 1)}`;
  const bytes = randomBytes(100_000);
  const put = (requestId: string): Promise<StoredObject> =>
    world.store.put({ ...owner, kind: 'input', maxBytes: 1_000_000, requestId }, inPieces(bytes));
  const stateOf = async ({ id }: StoredObject): Promise<object | undefined> =>
    (await world.rows()).find((row) => row.id === id);
  const DESTROYED = { state: 'destroyed', wrapped_key: null };

  const accept = (requestId: string, kind = 'transcription') =>
    world.database.query({
      text: 'SELECT requests.accept($1, 3600000)',
      values: [
        JSON.stringify({
          ...{ requestId, ...owner, keyId: 'key_1', kind, models: ['a/b'], stream: false, retention: 'kept' },
          ...{ keyed: true, onDisconnect: 'finish', holder: 'here' },
        }),
      ],
    });
  const end = (requestId: string) =>
    world.database.query({
      text: `SELECT requests.end_unheld($1, 'released', NULL, 'cancelled')`,
      values: [requestId],
    });

  it('is read by whoever runs the request, and shown, listed and deleted by nobody', async () => {
    const stored = await put(newRequest());
    expect(await readWhole(await world.store.read({ id: stored.id, projectId: 'proj_1' }))).toEqual(bytes);
    expect(await world.store.find('proj_1', stored.id)).toBeUndefined();
    expect(await world.store.findAnyone(stored.id)).toBeUndefined();
    expect((await world.store.list('proj_1', { limit: 100, order: 'asc' })).data).toEqual([]);
    expect(await world.store.destroy('proj_1', stored.id)).toBe(false);
    expect(await stateOf(stored)).toMatchObject({ state: 'ready' });
    expect(await world.store.read({ id: stored.id, projectId: 'proj_2' })).toBeUndefined();
  });

  it.each(['transcription', 'image', 'video'])(
    'by a request for a %s loses its key with the end of that',
    async (kind) => {
      const [mine, others] = [newRequest(), newRequest()];
      await accept(mine, kind);
      await accept(others, kind);
      const stored = [await put(mine), await put(mine), await put(others)] as const;
      await world.store.destroyInputs(mine);
      expect(await stateOf(stored[0])).toMatchObject({ state: 'ready' });
      await end(mine);
      expect(await stateOf(stored[0])).toMatchObject(DESTROYED);
      expect(await stateOf(stored[1])).toMatchObject(DESTROYED);
      expect(await stateOf(stored[2])).toMatchObject({ state: 'ready' });
      expect(await world.store.read({ id: stored[0].id, projectId: 'proj_1' })).toBeUndefined();
      await world.sweep();
      expect(await world.blobs.read(`org_1/${stored[0].id}`)).toBeUndefined();
      expect((await readWhole(await world.blobs.read(`org_1/${stored[2].id}`)))?.length).toBeGreaterThan(0);
    },
  );

  it('is destroyed at once where nothing came of the request', async () => {
    const requestId = newRequest();
    const stored = await put(requestId);
    await world.store.destroyInputs(requestId);
    expect(await stateOf(stored)).toMatchObject(DESTROYED);
    expect(await world.blobs.read(`org_1/${stored.id}`)).toBeUndefined();
  });

  it('is swept where its process died before the request began, and only then', async () => {
    const [lost, runs, fresh] = [newRequest(), newRequest(), newRequest()];
    const stored = [await put(lost), await put(runs), await put(fresh)] as const;
    await accept(runs);
    await world.database.query({
      text: `UPDATE objects.objects SET created_at = now() - interval '16 minutes' WHERE request_id = ANY ($1)`,
      values: [[lost, runs]],
    });
    await world.sweep();
    expect(await stateOf(stored[0])).toMatchObject(DESTROYED);
    expect(await stateOf(stored[1])).toMatchObject({ state: 'ready' });
    expect(await stateOf(stored[2])).toMatchObject({ state: 'ready' });
  });

  it('is of a request, always', async () => {
    await expect(world.store.put(file({ kind: 'input' }), inPieces(bytes))).rejects.toThrow('input_of_request');
  });
});
