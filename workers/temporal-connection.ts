import { NativeConnection } from '@temporalio/worker';
import type { TemporalConfig } from '../infra/runtime/config.js';
import { searchAttributeNames } from '../workflows/contracts/search-attributes.js';

const connectDeadlineMs = 15_000;
const keywordType = 2;

/** The one connection that the client and the worker share, without which there is no eager start. */
export async function connectTemporal(config: TemporalConfig): Promise<NativeConnection> {
  const connecting = NativeConnection.connect({
    address: config.address,
    ...(config.apiKey !== undefined && { apiKey: config.apiKey }),
    ...(config.tls && { tls: config.tls }),
    // Compression costs CPU on each of a request's few small calls and saves nothing within a data centre.
    grpcCompression: { codec: 'none' },
  });
  const connection = await withDeadline(connecting, config.address);
  await ensureSearchAttributes(connection, config.namespace);
  return connection;
}

async function withDeadline(connecting: Promise<NativeConnection>, address: string): Promise<NativeConnection> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `Temporal at ${address} did not answer within ${connectDeadlineMs / 1_000} s: is TEMPORAL_ADDRESS right?`;
    timer = setTimeout(() => reject(new Error(message)), connectDeadlineMs);
  });
  try {
    return await Promise.race([connecting, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A server of your own needs the search attributes once; without them every start would be refused. */
async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const names = Object.values(searchAttributeNames);
  const known = await connection.operatorService
    .listSearchAttributes({ namespace })
    .then(({ customAttributes }) => Object.keys(customAttributes))
    .catch(() => undefined);
  const missing = names.filter((name) => !known?.includes(name));
  if (known !== undefined && missing.length === 0) return;
  try {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, keywordType]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch {
    throw new Error(
      `Temporal's namespace ${namespace} lacks search attributes and does not let us add them: add ${missing.join(', ')}, each of type Keyword.`,
    );
  }
}
