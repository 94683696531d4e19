import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { findTemporal } from '../../infra/local/find-temporal.js';
import { startStack } from '../../infra/local/stack.js';
import { cacheDirectory } from '../../infra/runtime/config.js';
import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import { startPriceSource, toPriceMap } from '../gateway/price-map.js';
import { startBatchVendor } from '../fake-vendor/batch-vendor.js';
import { spawnFakeVendor } from '../fake-vendor/client.js';
import { connectClient, GONE_ON, scenarios, type Stage } from './scenarios.js';

// `node --import tsx test/replay/record.ts [scenario …]` runs the scenarios and writes their histories beside the test.
// A history that has been released stays as it is: record under a new name when a flow has changed.

const wanted = process.argv.slice(2);
const names = Object.keys(scenarios).filter((name) => wanted.length === 0 || wanted.includes(name));
const folder = await mkdtemp(join(tmpdir(), 'sluice-record-'));
await chmod(folder, 0o755);
const vendor = await spawnFakeVendor();
const batchVendor = await startBatchVendor();
const prices = await startPriceSource();
const map = JSON.stringify(toPriceMap(loadCatalogue({ vendors: ['openai'] }).offers));
prices.answer = (_, response) => void response.end(map);
try {
  const binary = await findTemporal({ cacheDir: cacheDirectory(), log: console.log });
  await recordAll(
    names.filter((name) => !name.endsWith(GONE_ON)),
    binary,
  );
  await recordAll(
    names.filter((name) => name.endsWith(GONE_ON)),
    await withShortHistories(binary),
  );
} finally {
  await vendor.close();
  await batchVendor.close();
  await prices.close();
  await rm(folder, { recursive: true, force: true });
}

async function recordAll(chosen: readonly string[], temporalBinary: string): Promise<void> {
  if (chosen.length === 0) return;
  const stack = await startStack({
    ...{ dataDir: await mkdtemp(join(folder, 'data-')), durable: false, temporalBinary },
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
    for (const name of chosen) await record(name, { stack, vendor, batchVendor, client });
  } finally {
    await connection.close();
    await stack.stop();
  }
}

async function record(name: string, stage: Stage): Promise<void> {
  await vendor.reset();
  const run = await scenarios[name]!(stage);
  const { workflowId, runId } = typeof run === 'string' ? { workflowId: run, runId: undefined } : run;
  const handle = stage.client.workflow.getHandle(workflowId, runId);
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

/** The same server, which finds a history long after forty events. */
async function withShortHistories(binary: string): Promise<string> {
  const script = join(folder, 'temporal');
  const flag = '--dynamic-config-value limit.historyCount.suggestContinueAsNew=40';
  await writeFile(script, `#!/bin/sh\nexec '${binary}' "$@" ${flag}\n`, { mode: 0o755 });
  return script;
}

function withoutIdentity(key: string, value: unknown): unknown {
  return key === 'identity' ? 'recorder' : value;
}
