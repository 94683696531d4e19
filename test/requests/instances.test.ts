import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createInstances } from '../../activities/requests/instances.js';
import { machineName, processExists } from '../../activities/requests/processes-here.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  database = createDatabase({ url: test.url, connections: 4, onError: () => {} });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const onError = vi.fn();
const at = (id: string) => createInstances({ database, id, onError });
const put = (id: string, machine: string, pid: number, seconds: number) =>
  database.query({
    text: `INSERT INTO requests.instances (id, machine, pid, alive_until) VALUES ($1, $2, $3, now() + $4 * interval '1 second')`,
    values: [id, machine, pid, seconds],
  });

describe('instances', () => {
  it('live from their start to their stop', async () => {
    const [one, two] = [at('one'), at('two')];
    expect(await two.isAlive('one')).toBe(false);
    await one.start();
    expect(await at('three').isAlive('one')).toBe(true);
    await one.stop();
    expect(await at('four').isAlive('one')).toBe(false);
    expect(await one.isAlive('one')).toBe(true);
  });

  it('die when they have not been heard of for their time', async () => {
    await put('silent', 'elsewhere', 1, -1);
    await put('heard', 'elsewhere', 1, 5);
    expect(await at('asker').isAlive('silent')).toBe(false);
    expect(await at('asker').isAlive('heard')).toBe(true);
  });

  it('are known to be dead at once where their process ran on this machine', async () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    expect(processExists(ended)).toBe(false);
    await put('killed', machineName(), ended, 15);
    await put('living', machineName(), process.ppid, 15);
    expect(await at('asker').isAlive('killed')).toBe(false);
    expect(await at('asker').isAlive('living')).toBe(true);
  });

  it('are asked after once in a second', async () => {
    const asker = at('asker');
    await put('watched', 'elsewhere', 1, 5);
    expect(await asker.isAlive('watched')).toBe(true);
    await database.query({ text: `DELETE FROM requests.instances WHERE id = 'watched'` });
    expect(await asker.isAlive('watched')).toBe(true);
    expect(onError).not.toHaveBeenCalled();
  });
});
