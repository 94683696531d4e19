import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../infra/local/ports.js';
import { removePostgresData } from '../../infra/local/postgres-data.js';
import { startPostgres } from '../../infra/local/postgres.js';
import { migrate } from '../../infra/migrations/migrate.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { currentLoad, describeMachine } from './machine.js';
import { renderMachine, table } from './report.js';

// `npm run bench:ledger`: how many reservations a second the ledger alone takes, each held and resolved in a transaction of
// its own, on a Postgres with fsync. Without requests' rows, workflows and vendors. docs/benchmarks.md has the figures.

const runMs = 5_000;
const warmUpMs = 1_000;
const writerCounts = [1, 16, 64];
const manyOrganizations = 64;
/** Several requests reserved in one transaction, and resolved in another. */
const batchSize = 8;
const holdNanoUsd = 50_000n;

interface Form {
  readonly name: string;
  readonly organizations: number;
  readonly batch: number;
}

const forms: readonly Form[] = [
  { name: 'one organisation', organizations: 1, batch: 1 },
  { name: `${manyOrganizations} organisations`, organizations: manyOrganizations, batch: 1 },
  { name: `one organisation, ${batchSize} in a transaction`, organizations: 1, batch: batchSize },
];

const parent = join(fileURLToPath(new URL('../../', import.meta.url)), '.sluice');
await mkdir(parent, { recursive: true });
const folder = await mkdtemp(join(parent, 'bench-ledger-'));
const dataDir = join(folder, 'postgres');
const quiet = (): void => {};
try {
  const load = currentLoad();
  const postgres = await startPostgres({ dataDir, port: await freePort(), durable: true, log: quiet });
  try {
    await migrate(postgres.url);
    console.log(`${renderMachine(await describeMachine(load, folder))}\n`);
    console.log(await compare(postgres.url));
    console.log(`\nLoad after the run: ${currentLoad().map(String).join(' ')}`);
  } finally {
    await postgres.stop();
  }
} finally {
  await removePostgresData(dataDir);
  await rm(folder, { recursive: true, force: true });
}

async function compare(url: string): Promise<string> {
  const header = ['reservations a second', ...writerCounts.map((count) => `${count} writer${count === 1 ? '' : 's'}`)];
  const rows: string[][] = [];
  for (const form of forms) {
    const rates: string[] = [];
    for (const writers of writerCounts) rates.push((await measure(url, form, writers)).toFixed(0));
    rows.push([form.name, ...rates]);
  }
  return table([header, ...rows]);
}

/** Reservations a second of so many writers, each on a connection of its own. */
async function measure(url: string, { organizations, batch }: Form, writers: number): Promise<number> {
  const database = createDatabase({ url, connections: writers, onError: quiet });
  try {
    const scopes = await Promise.all(Array.from({ length: organizations }, () => createTenant(database)));
    const write = async (writer: number, until: number): Promise<number> => {
      let made = 0;
      for (; performance.now() < until; made += batch) await reserve(database, scopes[writer % organizations]!, batch);
      return made;
    };
    const all = (ms: number): Promise<number[]> => {
      const until = performance.now() + ms;
      return Promise.all(Array.from({ length: writers }, (_, writer) => write(writer, until)));
    };
    await all(warmUpMs);
    const startedAt = performance.now();
    const made = (await all(runMs)).reduce((sum, each) => sum + each, 0);
    return made / ((performance.now() - startedAt) / 1_000);
  } finally {
    await database.close();
  }
}

async function reserve(database: Database, scopes: readonly string[], batch: number): Promise<void> {
  const ids = Array.from({ length: batch }, () => `req_${randomUUID()}`);
  const held = await database.query<{ held: boolean }>({
    name: 'hold',
    text: 'SELECT h.held FROM unnest($1::text[]) AS id CROSS JOIN LATERAL ledger.hold(id, $2, $3) AS h',
    values: [ids, scopes, holdNanoUsd],
  });
  if (held.length !== batch || !held.every((row) => row.held)) throw new Error('The ledger refused a reservation.');
  await database.query({
    name: 'resolve',
    text: 'SELECT r.result FROM unnest($1::text[]) AS id CROSS JOIN LATERAL ledger.resolve(id, $2, $2) AS r',
    values: [ids, holdNanoUsd / 2n],
  });
}

/** An organisation with credit that does not end, and a project of it with a budget; their scopes. */
async function createTenant(database: Database): Promise<readonly string[]> {
  const id = randomUUID();
  const [organizationId, projectId, amount] = [`org_${id}`, `proj_${id}`, 10n ** 17n];
  await database.query({
    text: 'INSERT INTO tenancy.organizations (id, name) VALUES ($1, $1)',
    values: [organizationId],
  });
  await database.query({
    text: `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($1, $2, 'P')`,
    values: [projectId, organizationId],
  });
  const account = `credits:organization:${organizationId}`;
  await database.query({
    text: `INSERT INTO ledger.accounts (id, kind, scope) VALUES ($1, 'credits', $2)`,
    values: [account, `organization:${organizationId}`],
  });
  await database.query({
    text: `SELECT ledger.fund($1, $1, 'house:grants', $2, 'bench')`,
    values: [account, amount],
  });
  await database.query({
    text: `SELECT ledger.open_project_budget($1, $2, 'P', $3)`,
    values: [organizationId, projectId, amount],
  });
  return [`organization:${organizationId}`, `project:${projectId}`];
}
