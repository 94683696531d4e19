import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startStack, type Role, type Stack } from '../../infra/local/stack.js';
import { createTestFolder } from '../support/services.js';
import { execute } from '../support/statements.js';

let stack: Stack;
const said: string[] = [];

beforeAll(async () => {
  stack = await startStack({
    dataDir: await createTestFolder(),
    env: { OPENAI_API_KEY: '' },
    durable: false,
    temporalBinary: inject('temporalBinary'),
    gatewayCommand: [
      process.execPath,
      '--import',
      'tsx',
      fileURLToPath(new URL('./stand-in-gateway.ts', import.meta.url)),
    ],
    log: (line) => said.push(line),
  });
});

afterAll(async () => {
  await stack?.stop();
});

const works: Record<Role, () => Promise<void>> = {
  gateway: async () => {
    const { pid } = (await (await fetch(stack.baseUrl)).json()) as { pid: number };
    expect(pid).toBe(stack.pids().gateway);
  },
  postgres: () => execute(stack.databaseUrl, 'CREATE TABLE IF NOT EXISTS kept (id int)'),
  temporal: async () => {
    const connection = await Connection.connect({ address: stack.temporalAddress });
    await connection.close();
  },
};

test.each<Role>(['gateway', 'temporal', 'postgres'])('%s killed with -9 comes up again where it was', async (role) => {
  const before = stack.pids()[role];
  await works[role]();
  await stack.kill(role);
  await stack.waitReady();
  expect(stack.pids()[role]).not.toBe(before);
  await works[role]();
  expect(
    said.filter((line) => line.toLowerCase().includes(`${role} ended unexpectedly (signal sigkill)`)),
  ).toHaveLength(1);
});

test('what Postgres had is still there after its death', async () => {
  await execute(stack.databaseUrl, 'SELECT * FROM kept');
});
