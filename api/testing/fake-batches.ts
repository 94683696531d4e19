import type { Batch, Batches } from '../../workflows/contracts/batches.js';

/** Batches in memory, of which none is ever run. */
export function createFakeBatches(): Batches {
  const batches = new Map<string, Batch>();
  const find: Batches['find'] = (projectId, dialect, id) => {
    const batch = batches.get(id);
    return Promise.resolve(batch?.projectId === projectId && batch.dialect === dialect ? batch : undefined);
  };
  return {
    create: ({ windowMs, key: _, ...asked }) => {
      const batch: Batch = {
        ...asked,
        ...{ status: 'validating', version: 1, problems: [] },
        counts: { total: 0, succeeded: 0, failed: 0, canceled: 0, expired: 0 },
        createdAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + windowMs).toISOString(),
      };
      batches.set(batch.id, batch);
      return Promise.resolve(batch);
    },
    findRepeated: () => Promise.resolve(undefined),
    find,
    list: async (projectId, { dialect, limit }) => {
      const own = await Promise.all([...batches.keys()].map((id) => find(projectId, dialect, id)));
      const data = own.filter((batch) => batch !== undefined);
      return { data: data.slice(0, limit), hasMore: data.length > limit };
    },
    cancel: find,
    forget: () => Promise.resolve(false),
  };
}
