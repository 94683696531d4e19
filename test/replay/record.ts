import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startStack } from '../../infra/local/stack.js';
import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import { startPriceSource, toPriceMap } from '../gateway/price-map.js';
import { startBatchVendor } from '../fake-vendor/batch-vendor.js';
import { spawnFakeVendor } from '../fake-vendor/client.js';
import { connectClient, scenarios } from './scenarios.js';

// `node --import tsx test/replay/record.ts [scenario …]` runs the scenarios and writes their histories beside the test.
// A history that has been released stays as it is: record under a new name when a flow has changed.

const wanted = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'sluice-record-'));
await chmod(folder, 0o711);
const vendor = await spawnFakeVendor();
const batchVendor = await startBatchVendor();
const prices = await startPriceSource();
const map = JSON.stringify(toPriceMap(loadCatalogue({ vendors: ['openai'] }).offers));
prices.answer = (_, response) => void response.end(map);
const stack = await startStack({
  dataDir: join(folder, 'data'),
  durable: false,
  env: {
    SLUICE_CATALOGUE_REFRESH_URLS: prices.url,
    ANTHROPIC_API_KEY: 'sk-fake',
    SLUICE_ANTHROPIC_BASE_URL: batchVendor.origin,
    OPENAI_API_KEY: 'sk-fake',
    SLUICE_OPENAI_BASE_URL: vendor.openaiBaseUrl,
    GROQ_API_KEY: 'gsk-fake',
    SLUICE_GROQ_BASE_URL: vendor.openaiBaseUrl,
    CEREBRAS_API_KEY: 'csk-fake',
    SLUICE_CEREBRAS_BASE_URL: vendor.openaiBaseUrl,
    SLUICE_LOCAL_LIMIT_USD: '1',
    SLUICE_WEBHOOKS_ALLOW_PRIVATE: 'on',
    SLUICE_WEBHOOKS_RETRY_SECONDS: '1,2',
  },
});
const { client, connection } = await connectClient(stack);
try {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await vendor.reset();
    const requestId = await scenario({ stack, vendor, client });
    const handle = client.workflow.getHandle(requestId);
    const end = await handle.result().then(
      (result: unknown) => JSON.stringify(result),
      (error: unknown) => String(error),
    );
    const path = resolve(import.meta.dirname, 'histories', `${name.includes('.') ? name : `chat.${name}`}.json`);
    // Who ran it, and on which machine, is nobody's business.
    const json = JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())), withoutIdentity, 1);
    await writeFile(path, `${json}\n`);
    console.log(`${name}: ${end}`);
  }
} finally {
  await connection.close();
  await stack.stop();
  await vendor.close();
  await batchVendor.close();
  await prices.close();
  await rm(folder, { recursive: true, force: true });
}

function withoutIdentity(key: string, value: unknown): unknown {
  return key === 'identity' ? 'recorder' : value;
}
