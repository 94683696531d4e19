import { createVendorHealth } from '../../activities/health/vendor-health.js';
import type { Queryable } from '../../activities/storage/database.js';
import { addToBucket, type Bucket, EMPTY_BUCKET } from '../../workflows/domain/health/bucket.js';
import { bucketNumber } from '../../workflows/domain/health/window.js';
import { median } from './statistics.js';

// What vendors' health costs a request and a process, without a database: `npm run bench:health`. Three other processes see
// as much as this one, of as many offers, for five minutes, so that every window is full.

const OFFERS = 50;
const REQUESTS = 20_000;
const PROCESSES = ['b', 'c', 'd'];
const offerIds = Array.from({ length: OFFERS }, (_, index) => `vendor/model-${index}`);
let nowMs = Date.UTC(2026, 0, 1);

const seen = (offerId: string, turn: number) => ({
  ...{ offerId, startedAtMs: nowMs - 900, endedAtMs: nowMs },
  ...{ firstTokenMs: 200 + (turn % 700), tokensPerSecond: 20 + (turn % 90) },
  signs: { refused: false, truncated: turn % 50 === 0, empty: false },
  ...(turn % 100 === 0 && { failure: { class: 'overloaded' as const } }),
});

const someBucket = (): Bucket =>
  Array.from({ length: 40 }, (_, turn) => seen('', turn)).reduce(addToBucket, EMPTY_BUCKET);
const othersData = someBucket();
const othersRows = (first: number): readonly object[] =>
  PROCESSES.flatMap((instance) =>
    offerIds.flatMap((offerId) =>
      Array.from({ length: bucketNumber(nowMs) - first + 1 }, (_, index) => ({
        ...{ offer_id: offerId, credential_id: '', instance, bucket: BigInt(first + index), data: othersData },
      })),
    ),
  );
const statements = { exchanges: 0, others: 0 };
const database: Queryable = {
  query: async <Row>({ name, values = [] }: { readonly name?: string; readonly values?: readonly unknown[] }) => {
    statements[name === 'health-exchange' ? 'exchanges' : 'others'] += 1;
    return (name === 'health-exchange' ? othersRows(Number(values[6])) : []) as readonly Row[];
  },
};
const health = createVendorHealth({
  database,
  notifications: { on: () => {}, close: async () => {} },
  instanceId: 'a',
  onError: (error) => {
    throw error;
  },
  clock: () => nowMs,
});

/** Of this process's CPU: the clock would count what others do on the machine meanwhile. */
const millisecondsOf = async (work: () => Promise<void> | void): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

await health.exchange();
const exchanges: number[] = [];
let requestMs = 0;
for (let turn = 0; turn < REQUESTS;) {
  // 1,000 requests a second: half of them between two exchanges.
  requestMs += await millisecondsOf(() => {
    for (const last = turn + 500; turn < last; turn += 1) {
      nowMs += 1;
      const offerId = offerIds[turn % OFFERS] ?? '';
      health.snapshot();
      health.planned([{ offerId }]);
      health.record(seen(offerId, turn));
    }
  });
  exchanges.push(await millisecondsOf(health.exchange));
}
const [requests, exchange] = [(requestMs / REQUESTS) * 1_000, median(exchanges)];
console.log(
  `${OFFERS} offers, ${PROCESSES.length + 1} processes, ${REQUESTS} requests at 1,000 a second (node ${process.version})`,
);
console.log(
  `a request:   ${requests.toFixed(1)} µs of CPU for its snapshot, its plan's note and its record, refreshes included`,
);
console.log(
  `an exchange: ${exchange.toFixed(1)} ms of CPU without the database, twice a second, whatever the requests`,
);
console.log(
  `statements:  ${statements.exchanges} exchanges and ${statements.others} others, ${(statements.exchanges / REQUESTS).toFixed(4)} a request`,
);
