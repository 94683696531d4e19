import type { StoredAnswer, StoredAnswers } from '../../workflows/contracts/ports.js';
import type { FakeDirectory } from './fake-directory.js';

/** The stored answers of the directory's records; whatever is destroyed stays so. */
export function createFakeStoredAnswers({ records }: FakeDirectory): StoredAnswers {
  const labels = new Map<string, StoredAnswer['metadata']>();
  const destroyed = new Set<string>();
  const answerOf = (projectId: string, requestId: string): StoredAnswer | undefined => {
    const record = records.get(requestId);
    if (record?.stored !== true || record.projectId !== projectId || destroyed.has(requestId)) return undefined;
    return { requestId, metadata: labels.get(requestId) ?? {}, createdAt: record.createdAt };
  };
  return {
    find: (projectId, _dialect, requestId) => Promise.resolve(answerOf(projectId, requestId)),
    list: (projectId, _dialect, { limit }) => {
      const all = [...records.keys()].flatMap((id) => answerOf(projectId, id) ?? []);
      return Promise.resolve({ data: all.slice(0, limit), hasMore: all.length > limit });
    },
    setMetadata: (_projectId, requestId, metadata) => {
      labels.set(requestId, metadata);
      return Promise.resolve();
    },
    destroy: (projectId, requestId) => {
      const found = answerOf(projectId, requestId) !== undefined;
      destroyed.add(requestId);
      return Promise.resolve(found);
    },
  };
}
