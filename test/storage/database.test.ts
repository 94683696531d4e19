import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database, isDatabaseUnavailable } from '../../activities/storage/database.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

const breakOwnConnection = { text: 'SELECT pg_terminate_backend(pg_backend_pid())' };
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the database', () => {
  let test: TestDatabase;
  let database: Database;
  const idleErrors: Error[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
    database = createDatabase({ url: test.url, connections: 2, onError: (error) => idleErrors.push(error) });
    await database.query({ text: 'CREATE TABLE marks (name text PRIMARY KEY)' });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });
  const mark = (name: string) => ({ text: 'INSERT INTO marks VALUES ($1)', values: [name] });
  const marks = async (): Promise<readonly string[]> =>
    (await database.query<{ name: string }>({ text: 'SELECT name FROM marks ORDER BY name' })).map(({ name }) => name);

  it('gives bigints whole', async () => {
    const [row] = await database.query<{ amount: bigint }>({ text: 'SELECT 9007199254740993::bigint AS amount' });
    expect(row?.amount).toBe(9_007_199_254_740_993n);
  });

  it('commits a transaction that ends well, and gives its result', async () => {
    const result = await database.transaction(async (transaction) => {
      await transaction.query(mark('committed'));
      // Another connection sees nothing of it yet.
      expect(await marks()).not.toContain('committed');
      return 'done';
    });
    expect(result).toBe('done');
    expect(await marks()).toContain('committed');
  });

  it('rolls back a transaction whose work throws, and throws the same', async () => {
    const error = new Error('thought better of it');
    const work = database.transaction(async (transaction) => {
      await transaction.query(mark('thrown'));
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect(await marks()).not.toContain('thrown');
  });

  it('rolls back a transaction with a statement that fails, and goes on with its connections', async () => {
    for (let time = 0; time < 5; time++) {
      const work = database.transaction(async (transaction) => {
        await transaction.query(mark('twice'));
        await transaction.query(mark('twice'));
      });
      expect(isDatabaseUnavailable(await thrownBy(work))).toBe(false);
    }
    expect(await marks()).not.toContain('twice');
  });

  it('tells a connection that breaks in a statement as unavailable, and replaces it', async () => {
    const error = await thrownBy(
      database.transaction(async (transaction) => {
        await transaction.query(mark('broken'));
        await transaction.query(breakOwnConnection);
      }),
    );
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(await marks()).not.toContain('broken');
  });

  it('survives a connection that breaks between the statements of a transaction', async () => {
    const error = await thrownBy(
      database.transaction(async (transaction) => {
        const [row] = await transaction.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
        await database.query({ text: 'SELECT pg_terminate_backend($1, 5000)', values: [row?.pid] });
        // The end of the connection arrives while nothing is asked of it, before these answers at the latest.
        await marks();
        await marks();
        await transaction.query(mark('between'));
      }),
    );
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(await marks()).not.toContain('between');
  });

  it('survives idle connections that break, and tells of them', async () => {
    await Promise.all([marks(), marks()]);
    const other = createDatabase({ url: test.url, connections: 1, onError: () => {} });
    await other.query({
      text: `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    });
    await other.close();
    await expect.poll(() => idleErrors.length).toBeGreaterThan(0);
    expect(await marks()).toContain('committed');
  });
});

describe('a database that cannot be reached', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  const urlOf = (port: number): string => `postgres://nobody@127.0.0.1:${port}/none`;
  const faultOf = async (url: string): Promise<readonly unknown[]> => {
    const database = createDatabase({ url, connections: 1, onError: () => {} });
    const faults = [
      await thrownBy(database.query({ text: 'SELECT 1' })),
      await thrownBy(database.transaction(() => Promise.resolve())),
    ];
    await database.close();
    return faults;
  };

  it('is unavailable where its server hangs up', async () => {
    const { port } = server.address() as AddressInfo;
    for (const fault of await faultOf(urlOf(port))) expect(isDatabaseUnavailable(fault)).toBe(true);
    expect(sockets.size).toBe(2);
  });

  it('is unavailable where nobody listens', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const fault of await faultOf(urlOf(port))) expect(isDatabaseUnavailable(fault)).toBe(true);
  });
});
