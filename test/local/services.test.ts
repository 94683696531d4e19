import { Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { createTestDatabase, testTemporal } from '../support/services.js';
import { execute } from '../support/statements.js';

test('each test database is migrated and apart from the others', async () => {
  const databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
  const [first, second] = databases;
  try {
    await execute(first.url, 'CREATE TABLE mine (id int)');
    await expect(execute(second.url, 'SELECT * FROM mine')).rejects.toThrow(/does not exist/);
    await execute(second.url, 'SELECT * FROM sluice_migrations');
  } finally {
    await Promise.all(databases.map((database) => database.drop()));
  }
  await expect(execute(first.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
});

test('the run has a Temporal server with our search attributes', async () => {
  const { address, namespace } = testTemporal();
  const connection = await Connection.connect({ address });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(customAttributes).toHaveProperty('SluiceVendor');
  } finally {
    await connection.close();
  }
});
