import type { RequestDirectory, RequestRecord } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';

export interface FakeDirectory extends RequestDirectory {
  readonly records: Map<string, RequestRecord>;
  readonly cancelled: string[];
  /** What a workflow's steps write. */
  update(requestId: string, fields: Partial<RequestRecord>): void;
  /** What `planAndReserve` writes of a request that was not stored before. */
  reserve(input: RequestInput): void;
}

/** Requests and idempotency keys in memory. */
export function createFakeDirectory(): FakeDirectory {
  const records = new Map<string, RequestRecord>();
  const keys = new Map<string, { readonly body: string; readonly requestId: string }>();
  const cancelled: string[] = [];
  const store = (input: RequestInput, state: RequestRecord['state']): void => {
    const { requestId: id, organizationId, projectId, models, stream, retention, keyed, stored = false } = input;
    const createdAt = new Date().toISOString();
    const again = {
      ...((keyed || input.lane === 'job') && { input }),
      ...(input.lane === 'job' && { isJob: true as const }),
    };
    const asked = { models, stream, retention, keyed, stored };
    const record = { id, organizationId, projectId, state, ...asked, createdAt, attempts: [] };
    records.set(id, { ...records.get(id), ...record, ...again });
  };
  return {
    records,
    cancelled,
    acceptKeyed: (input, _call, { idempotencyKey, body }, take) => {
      const key = `${input.projectId} ${idempotencyKey}`;
      const earlier = keys.get(key);
      if (!earlier) {
        const taken = take?.read([]);
        if (taken?.status === 'refused') return Promise.resolve({ status: 'limited', taken });
        keys.set(key, { body, requestId: input.requestId });
        store(input, 'accepted');
        return Promise.resolve({ status: 'accepted', ...(taken && { taken }) });
      }
      const record = records.get(earlier.requestId);
      if (earlier.body !== body || !record) return Promise.resolve({ status: 'body_differs' });
      return Promise.resolve({ status: 'repeated', record });
    },
    acceptStored: (input, _call, _options, take) => {
      const taken = take?.read([]);
      if (taken?.status === 'refused') return Promise.resolve({ status: 'limited', taken });
      store(input, 'accepted');
      return Promise.resolve({ status: 'accepted', ...(taken && { taken }) });
    },
    find: (requestId) => Promise.resolve(records.get(requestId)),
    requestCancel: (requestId) => {
      cancelled.push(requestId);
      return Promise.resolve();
    },
    update: (requestId, fields) => {
      const record = records.get(requestId);
      if (record) records.set(requestId, { ...record, ...fields });
    },
    reserve: (input) => {
      store(input, 'reserved');
    },
  };
}
