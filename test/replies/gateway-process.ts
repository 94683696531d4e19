import { createContentRows, type ContentRows } from '../../activities/content/content-rows.js';
import { createContentStore } from '../../activities/content/content-store.js';
import { createFileEpochKeys, type EpochKeys } from '../../activities/content/epoch-keys.js';
import { createPlans, type Plans } from '../../activities/ledger/plan-directory.js';
import { createReplies, type Replies } from '../../activities/replies/replies.js';
import { createReplyLog, type ReplyLog } from '../../activities/replies/reply-log.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import type { ContentStore } from '../../workflows/contracts/ports.js';
import { createTestFolder, createTestDatabase } from '../support/services.js';

/** What the gateway processes of an installation share. */
export interface Installation {
  readonly url: string;
  readonly keysDirectory: string;
  drop(): Promise<void>;
}

export async function createInstallation(): Promise<Installation> {
  const [database, keysDirectory] = await Promise.all([createTestDatabase(), createTestFolder()]);
  return { url: database.url, keysDirectory, drop: database.drop };
}

/** The parts of a gateway process that carry replies, over connections of its own. */
export interface GatewayProcess {
  readonly id: string;
  readonly database: Database;
  readonly epochKeys: EpochKeys;
  readonly rows: ContentRows;
  readonly content: ContentStore;
  readonly log: ReplyLog;
  readonly replies: Replies;
  readonly plans: Plans;
  /** What went wrong in the background. */
  readonly errors: unknown[];
  close(): Promise<void>;
}

export interface ProcessOptions {
  readonly id?: string;
  /** Stands in front of the database, for instance to be away. */
  readonly wrap?: (database: Database) => Database;
}

/** Ready once it hears what other processes notify. */
export async function startProcess(
  { url, keysDirectory }: Installation,
  { id = 'gw_a', wrap = (database) => database }: ProcessOptions = {},
): Promise<GatewayProcess> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const real = createDatabase({ url, connections: 4, onError });
  const database = wrap(real);
  const notifications = createNotifications({ url, channels: ['sluice_reply'], onError });
  const listening = new Promise<void>((resolve) => notifications.on('sluice_reply', () => resolve()));
  const epochKeys = createFileEpochKeys(keysDirectory, Buffer.alloc(32, 7));
  const rows = createContentRows({ database, epochKeys });
  const log = createReplyLog({ database, rows, notifications });
  await listening;
  return {
    id,
    database,
    epochKeys,
    rows,
    content: createContentStore(rows),
    log,
    replies: createReplies({ database, log, rows, notifications, onError }),
    plans: createPlans(database),
    errors,
    close: async () => {
      await notifications.close();
      await real.close();
    },
  };
}
