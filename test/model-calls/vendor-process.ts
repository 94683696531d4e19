import { createCallModel } from '../../activities/model-calls/call-model.js';
import type { ModelCallDependencies } from '../../activities/model-calls/attempt-context.js';
import type { Provider } from '../../activities/providers/port.js';
import type { AttemptOutcome, CallModelInput } from '../../workflows/contracts/requests.js';
import type { ObjectStore } from '../../workflows/contracts/objects.js';
import type { GatewayProcess } from '../replies/gateway-process.js';

export interface CallModelOptions {
  readonly provider: Provider;
  /** The processes that live besides this one; by default the one that holds the tests' callers. */
  readonly alive?: readonly string[];
  readonly overrides?: Partial<ModelCallDependencies>;
}

/** The activity as a gateway process runs it, with one vendor. */
export function callModelIn(
  process: GatewayProcess,
  { provider, alive = ['gw_a'], overrides = {} }: CallModelOptions,
): (input: CallModelInput) => Promise<AttemptOutcome> {
  const { id, database, plans, content, replies, errors } = process;
  const callModel = createCallModel({
    database,
    plans,
    content,
    replies,
    accounts: {
      note: () => {},
      find: (vendor, credentialId) => (vendor === provider.id && !credentialId ? provider : undefined),
    },
    instances: { id, isAlive: (other) => Promise.resolve(other === id || alive.includes(other)) },
    activity: () => ({ cancelled: new AbortController().signal, heartbeat: () => {} }),
    isUnwanted: () => Promise.resolve(true),
    health: { record: () => {} },
    objects: OBJECTS,
    downloads: { get: unused },
    batchedLines: { join: unused, look: unused, leave: unused, forget: unused },
    onError: (error) => errors.push(error),
    ...overrides,
  });
  return async (input) => {
    const result = await callModel(input);
    if (result.status === 'pending') throw new Error('the vendor does no jobs');
    return result;
  };
}

const unused = (): never => {
  throw new Error('nothing is stored');
};
const OBJECTS: ObjectStore = {
  ...{ put: unused, find: unused, findAnyone: unused, list: unused, read: unused, signedUrl: unused, destroy: unused },
  destroyInputs: unused,
};
