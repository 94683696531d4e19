import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createContentRows, type ContentRows } from '../../activities/content/content-rows.js';
import { createContentStore } from '../../activities/content/content-store.js';
import { createFileEpochKeys, type EpochKeys } from '../../activities/content/epoch-keys.js';
import { createLedgerActivities, type LedgerActivities } from '../../activities/ledger/ledger-activities.js';
import { createAttemptRows } from '../../activities/model-calls/attempt-rows.js';
import { createReplies, type Replies } from '../../activities/replies/replies.js';
import { createReplyLog } from '../../activities/replies/reply-log.js';
import { createRequestDirectory } from '../../activities/requests/request-directory.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import type { Notifications } from '../../activities/storage/notifications.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { CredentialDirectory } from '../../workflows/contracts/credentials.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { ContentStore, RequestDirectory } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptOutcome, RequestInput } from '../../workflows/contracts/requests.js';
import { createTestDatabase, createTestFolder } from '../support/services.js';

/** 1,000 nano USD a token, so that figures are easy to read: a call of 1,000 bytes and 1,000 tokens holds 2,000,000. */
export const offer: Offer = {
  id: 'sandbox/echo',
  vendor: 'sandbox',
  vendorModel: 'echo',
  aliases: ['echo'],
  kind: 'chat',
  contextWindow: 100_000,
  maxOutputTokens: 10_000,
  capabilities: [],
  prices: { input: { usd: '1', per: 1_000_000 }, output: { usd: '1', per: 1_000_000 } },
  source: { url: 'https://example.com', asOf: '2025-01-01' },
  created: 0,
};
export const freeOffer: Offer = { ...offer, id: 'sandbox/free', vendorModel: 'free', aliases: [], prices: {} };
export const heldNanoUsd = 2_000_000n;

export const call: ChatCall = {
  kind: 'chat',
  source: { dialect: 'openai-chat', body: {} },
  messages: [{ role: 'user', content: [{ type: 'text', text: 'CANARY' }] }],
  tools: [],
  choices: 1,
  stream: false,
};

/** Notifications of nobody: what these tests follow is in the tables. */
const silent: Notifications = { on: () => {}, close: () => Promise.resolve() };

export interface Account {
  readonly credits_posted: bigint;
  readonly debits_posted: bigint;
  readonly debits_pending: bigint;
}

export interface LedgerWorld {
  readonly url: string;
  readonly database: Database;
  readonly ledger: LedgerActivities;
  readonly replies: Replies;
  readonly rows: ContentRows;
  readonly content: ContentStore;
  readonly epochKeys: EpochKeys;
  readonly directory: RequestDirectory;
  /** Processes that live besides this one, whose name is `here`. */
  readonly alive: Set<string>;
  /** An organisation of the test's own with this much credit. */
  organization(creditNanoUsd: bigint): Promise<string>;
  request(overrides?: Partial<RequestInput>): RequestInput;
  account(organizationId: string): Promise<Account>;
  /** Records an attempt as `callModel` does. */
  attempt(request: RequestInput, outcome?: Partial<AttemptOutcome>, costNanoUsd?: bigint): Promise<void>;
  /** What the caller of a request connected here is told. */
  listen(request: RequestInput): Promise<ReplyEvent[]>;
  /** The activities of another process on the same database. */
  otherProcess(id: string): LedgerActivities;
  close(): Promise<void>;
}

/** Every vendor has the environment's account, and no other. */
const environment = new Set([offer.vendor, freeOffer.vendor]);
const noCredentials: CredentialDirectory = { environment, usableBy: () => [], vendorsFor: () => environment };

export async function createLedgerWorld(credentials = noCredentials): Promise<LedgerWorld> {
  const { url, drop } = await createTestDatabase();
  const failed = (error: unknown): void => {
    throw error;
  };
  const database = createDatabase({ url, connections: 20, onError: () => {} });
  const epochKeys = createFileEpochKeys(await createTestFolder(), Buffer.alloc(32, 7));
  const rows = createContentRows({ database, epochKeys });
  const content = createContentStore(rows);
  const log = createReplyLog({ database, rows, notifications: silent });
  const replies = createReplies({ database, log, rows, notifications: silent, onError: failed });
  const alive = new Set<string>();
  const activitiesOf = (id: string): LedgerActivities =>
    createLedgerActivities({
      database,
      catalogue: { offers: [offer, freeOffer] },
      credentials,
      health: { snapshot: () => new Map(), planned: () => {} },
      replies,
      content,
      instances: { id, isAlive: (other) => Promise.resolve(other === id || alive.has(other)) },
      callerIsHere: replies.isAttached,
      takesBatches: () => false,
    });

  const request = (overrides: Partial<RequestInput> = {}): RequestInput => ({
    requestId: `req_${randomUUID()}`,
    kind: 'chat',
    lane: 'interactive',
    organizationId: 'org_none',
    projectId: 'proj_1',
    keyId: 'key_1',
    holder: 'here',
    retention: 'interactive',
    keyed: false,
    stream: false,
    onDisconnect: 'cancel',
    models: ['sandbox/echo'],
    demand: {
      inputBytes: 1_000,
      textBytes: 1_000,
      images: 0,
      unboundedMedia: false,
      maxOutputTokens: 1_000,
      choices: 1,
      searches: 0,
      needs: [],
    },
    deadlines: { firstTokenMs: 60_000, totalMs: 600_000, slowReaderMs: 30_000 },
    ...overrides,
  });

  return {
    url,
    database,
    ledger: activitiesOf('here'),
    replies,
    rows,
    content,
    epochKeys,
    directory: createRequestDirectory({ database, rows, hmacKey: Buffer.alloc(32, 7) }),
    alive,
    otherProcess: activitiesOf,
    request,
    organization: async (creditNanoUsd) => {
      const id = `org_${randomUUID()}`;
      await database.query({ text: 'INSERT INTO tenancy.organizations (id, name) VALUES ($1, $1)', values: [id] });
      await openAccount(database, `credits:organization:${id}`, 'credits', `organization:${id}`, creditNanoUsd);
      return id;
    },
    account: async (organizationId) => {
      const [row] = await database.query<Account & Record<string, unknown>>({
        text: 'SELECT credits_posted, debits_posted, debits_pending FROM ledger.accounts WHERE id = $1',
        values: [`credits:organization:${organizationId}`],
      });
      if (!row) throw new Error('no such account');
      return row;
    },
    attempt: async ({ requestId }, overrides = {}, costNanoUsd) => {
      const outcome = { ...answered, ...overrides };
      const attempts = createAttemptRows(database);
      await attempts.claim(requestId, outcome.number, { offerId: offer.id, vendor: 'sandbox', model: 'echo' }, 'test');
      await attempts.record(requestId, 'test', outcome, costNanoUsd ?? BigInt(outcome.chargeNanoUsd));
    },
    listen: async ({ requestId, retention }) => {
      const attachment = replies.attach(requestId, { slowReaderMs: 1_000, retention });
      const events: ReplyEvent[] = [];
      const reading = (async () => {
        for await (const event of attachment.events) events.push(event);
      })();
      onTestFinished(async () => {
        attachment.leave('finish');
        await reading;
      });
      return events;
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

export const answered: AttemptOutcome = {
  number: 1,
  offerId: offer.id,
  vendor: 'sandbox',
  model: 'echo',
  status: 'answered',
  usage: { units: { input: 100, output: 200 }, source: 'reported' },
  chargeNanoUsd: '300000',
  durationMs: 5,
};

export async function openAccount(
  database: Database,
  id: string,
  kind: 'credits' | 'budget',
  scope: string,
  amountNanoUsd: bigint,
): Promise<void> {
  await database.query({
    text: 'INSERT INTO ledger.accounts (id, kind, scope) VALUES ($1, $2, $3)',
    values: [id, kind, scope],
  });
  if (amountNanoUsd === 0n) return;
  await database.query({
    text: `SELECT ledger.credit($1, $2, $3, $4, 'test')`,
    values: [`fund:${id}`, id, kind === 'budget' ? 'house:allowances' : 'house:grants', amountNanoUsd],
  });
}
