import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { type Database, createDatabase } from '../activities/storage/database.js';
import { createHeardChanges, heardChannelName } from '../activities/storage/heard-changes.js';
import { createNotifications, type Notifications } from '../activities/storage/notifications.js';
import { describeError, type Logger } from '../infra/runtime/log.js';
import type { Config } from '../infra/runtime/config.js';
import { connectTemporal } from './temporal-connection.js';

/** The channels of Postgres that gateway processes tell each other things on. */
const channels = [
  'sluice_catalogue_changed',
  'sluice_credentials_changed',
  'sluice_health',
  'sluice_job',
  'sluice_key_changed',
  'sluice_outbox',
  'sluice_limits_changed',
  'sluice_routing_changed',
  'sluice_reply',
  'sluice_cancel',
  'sluice_request_ended',
  'sluice_sessions',
  heardChannelName,
];
const leastConnections = 10;
const mostConnections = 40;

export interface Connections {
  readonly database: Database;
  readonly notifications: Notifications;
  /** Resolves once this process has been told of all that was committed before. */
  readonly changesHeard: () => Promise<void>;
  readonly temporal: NativeConnection;
  readonly client: Client;
  close(): Promise<void>;
}

/** Connects to Postgres and Temporal. What breaks later is logged and comes back by itself. */
export async function connect(config: Config, log: Logger): Promise<Connections> {
  const { url } = config.database;
  const onError = (error: unknown): void => log.warn(describeError(error), 'postgres connection broke');
  const wanted = Math.ceil(config.http.maxInFlight / 4);
  const connections = Math.min(mostConnections, Math.max(leastConnections, wanted));
  const database = createDatabase({ url, connections, onError });
  const notifications = createNotifications({ url, channels, onError });
  const temporal = await connectTemporal(config.temporal);
  const client = new Client({ connection: temporal, namespace: config.temporal.namespace });
  return {
    database,
    notifications,
    changesHeard: createHeardChanges({ database, notifications, onError }),
    temporal,
    client,
    close: async () => {
      await temporal.close();
      await notifications.close();
      await database.close();
    },
  };
}
