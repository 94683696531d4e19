import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../infra/local/ports.js';
import { type GatewayProcess, startGateway } from '../../infra/local/gateway-process.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { keyMarkOf } from '../fake-vendor/http-helpers.js';
import { says, useWorld } from '../gateway/world.js';
import { createTestFolder } from '../support/services.js';

// Four gateway processes on one database, each with one request after the other, before a vendor that fails: how many of them
// ask it in vain, how soon none does, and how soon all have found it again. The figures in docs/routing.md are of this.

const VENDOR = 'groq';
const OTHER = 'cerebras/gpt-oss-120b';
const PROCESSES = 4;
const world = useWorld({ env: { SLUICE_CIRCUIT_FAILURES: '5' }, compatible: [VENDOR, 'cerebras'] });
const gateways: GatewayProcess[] = [];

beforeAll(async () => {
  const folder = await createTestFolder();
  for (let index = 0; index < PROCESSES; index += 1) {
    // One after the other: together they would take as long, and each of them longer than a start may.
    gateways.push(
      await startGateway({
        command: [process.execPath, '--import', 'tsx', 'workers/gateway.ts'],
        cwd: fileURLToPath(new URL('../../', import.meta.url)),
        env: { ...bareEnvironment(), ...world.gateway.env, SLUICE_PORT: String(await freePort()) },
        logFile: `${folder}/gateway-${index}.log`,
        drainMs: 20_000,
      }),
    );
  }
}, 600_000);
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
}, 60_000);

interface Served {
  readonly gateway: number;
  readonly vendor: string | null;
  readonly status: number;
}

/** One request after the other at each process until `stop`; each answer is told as it comes. */
async function load(model: string, seen: (served: Served) => void, stop: AbortSignal): Promise<void> {
  const one = async (gateway: GatewayProcess, index: number): Promise<void> => {
    while (!stop.aborted) {
      const response = await fetch(`${gateway.ready.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.gateway.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ models: [`${VENDOR}/${model}`, OTHER], max_tokens: 5, messages: says('Hello') }),
      });
      await response.text();
      seen({ gateway: index, vendor: response.headers.get('x-sluice-vendor'), status: response.status });
    }
  };
  await Promise.all(gateways.map(one));
}

/** When the vendor was asked, in milliseconds since the epoch. */
const callsTo = async (): Promise<readonly number[]> =>
  (await world.vendor.log())
    .filter(({ keyMark }) => keyMark === keyMarkOf(`key-of-${VENDOR}`))
    .map(({ at }) => Date.parse(at));

interface Measured {
  /** Requests that asked the vendor in vain before all processes had turned away. */
  readonly detours: number;
  readonly shiftMs: number;
  /** From the vendor's return until each process has had an answer of it. */
  readonly returnMs: number;
  /** Of these requests nobody had anything but an answer. */
  readonly failed: number;
}

/** Answers in a row of others, of one process, after which it counts as turned away. */
const IN_A_ROW = 4;

async function measure(
  model: string,
  behaviours: readonly Behaviour[],
  detoursOf: (calls: number) => number,
): Promise<Measured> {
  const stop = new AbortController();
  let failed = 0;
  let away = new Map<number, number>();
  let back = new Map<number, number>();
  const note = ({ gateway, vendor, status }: Served): void => {
    if (status !== 200) failed += 1;
    away.set(gateway, vendor === VENDOR ? 0 : (away.get(gateway) ?? 0) + 1);
    if (vendor === VENDOR) back.set(gateway, back.get(gateway) ?? Date.now());
  };
  const running = load(model, note, stop.signal);
  try {
    await until('all to ask the vendor', async () => back.size === PROCESSES || { pending: `${back.size}` });
    await world.vendor.reset();
    await world.vendor.script({ match: { model }, behaviours: [...behaviours], times: 'forever' });
    const failsFromMs = Date.now();
    away = new Map();
    await until('all to turn away', async () => {
      const turned = [...away.values()].filter((row) => row >= IN_A_ROW).length;
      return turned === PROCESSES || { pending: `${turned} have` };
    });
    const calls = await callsTo();
    await world.vendor.reset();
    const returnsAtMs = Date.now();
    back = new Map();
    await until('all to find the vendor again', async () => back.size === PROCESSES || { pending: `${back.size}` });
    return {
      detours: detoursOf(calls.length),
      shiftMs: Math.max(...calls) - failsFromMs,
      returnMs: Math.max(...back.values()) - returnsAtMs,
      failed,
    };
  } finally {
    stop.abort();
    await running;
  }
}

const all = (calls: number): number => calls;
const twoOfThree = (calls: number): number => Math.ceil((calls * 2) / 3);
const overloaded = { behaviour: 'overloaded' } as const;

// Each with an offer of its own, of which nothing is known, but the second: it begins while that of the first warms up.
// Five failures of one process in a row open a circuit: four at each of the others, and one of each on its way.
it.each<readonly [string, string, readonly Behaviour[], (calls: number) => number, number]>([
  ['an outage', 'openai/gpt-oss-120b', [{ behaviour: 'server-error' }], all, 23],
  ['the next one', 'openai/gpt-oss-120b', [{ behaviour: 'server-error' }], all, 23],
  // Those that are under way when the first refusal comes, and what others send until they are told of it.
  ['a told wait of two seconds', 'openai/gpt-oss-20b', [{ behaviour: 'rate-limited', retryAfterSeconds: 2 }], all, 12],
  ['a brown-out', 'qwen/qwen3.8-27b', [overloaded, { behaviour: 'answer' }, overloaded], twoOfThree, 40],
])('%s', { timeout: 180_000 }, async (what, model, behaviours, detoursOf, most) => {
  const measured = await measure(model, behaviours, detoursOf);
  console.log(`${what}: ${JSON.stringify(measured)}`);
  expect(measured.failed).toBe(0);
  expect(measured.detours).toBeGreaterThan(0);
  expect(measured.detours).toBeLessThanOrEqual(most);
});
