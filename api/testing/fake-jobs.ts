import type { JobEvent, JobRecord, Jobs } from '../../workflows/contracts/jobs.js';
import type { FakeDirectory } from './fake-directory.js';

/** The jobs of the directory's records; a job's events are its storing and its end. */
export function createFakeJobs({ records }: FakeDirectory): Jobs {
  const jobOf = (projectId: string, id: string): JobRecord | undefined => {
    const record = records.get(id);
    if (record?.isJob !== true || record.projectId !== projectId) return undefined;
    const { models, stream, createdAt, endedAt } = record;
    return {
      ...{ id, projectId, models, stream, createdAt, kind: 'chat', priority: 3, metadata: {} },
      status: endedAt === undefined ? 'queued' : 'succeeded',
      step: endedAt === undefined ? 'accepted' : 'ended',
      version: endedAt === undefined ? 1 : 2,
      deadlineAt: new Date(Date.parse(createdAt) + 86_400_000).toISOString(),
      ...(endedAt !== undefined && { completedAt: endedAt, chargedNanoUsd: record.chargedNanoUsd ?? '0' }),
    };
  };
  const eventsOf = (id: string): readonly JobEvent[] => {
    const record = records.get(id);
    if (!record) return [];
    const queued: JobEvent = { number: 1, type: 'job.queued', at: record.createdAt, data: {} };
    const { endedAt } = record;
    return endedAt === undefined ? [queued] : [queued, { number: 2, type: 'job.succeeded', at: endedAt, data: {} }];
  };
  return {
    find: (projectId, id) => Promise.resolve(jobOf(projectId, id)),
    list: (projectId, { limit }) => {
      const all = [...records.keys()].flatMap((id) => jobOf(projectId, id) ?? []);
      return Promise.resolve({ data: all.slice(0, limit), hasMore: all.length > limit });
    },
    async *follow(id, after, signal) {
      for (let last = after; !signal.aborted;) {
        for (const event of eventsOf(id).filter(({ number }) => number > last)) {
          yield event;
          last = event.number;
          if (event.type === 'job.succeeded') return;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    bestPriority: () => Promise.resolve(3),
  };
}
