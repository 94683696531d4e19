import { expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { says, useWorld } from './world.js';

// Requests of one session stay with one vendor of their model, in whichever process they arrive. Groq and Together have one
// price, and Cerebras is dearer.

const world = useWorld({ compatible: ['groq', 'cerebras', 'together'], beside: true });
const MODEL = 'openai/gpt-oss-120b';
const REQUESTS = 50;

/** As many requests, half of them in each process, and how often each vendor answered. */
async function countVendors(sessionOf: (index: number) => string): Promise<ReadonlyMap<string, number>> {
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, (_, index) => {
      const body = { model: MODEL, max_tokens: 10, messages: says('Hello'), session_id: sessionOf(index) };
      return world.ask(body, { gateway: index % 2 === 0 ? world.gateway : world.other });
    }),
  );
  const counts = new Map<string, number>();
  for (const { status, headers } of answers) {
    expect(status).toBe(200);
    const vendor = headers.get('x-sluice-vendor') ?? '';
    counts.set(vendor, (counts.get(vendor) ?? 0) + 1);
  }
  return counts;
}

it('keeps a session with one vendor, in every process', async () => {
  for (const session of ['a conversation', 'another one', 'a third']) {
    const counts = await countVendors(() => session);
    expect([...counts.values()]).toEqual([REQUESTS]);
  }
});

it('shares sessions among the vendors by their prices, and keeps no word of their names', async () => {
  const counts = await countVendors((index) => `conversation ${index}`);
  const of = (vendor: string): number => counts.get(vendor) ?? 0;
  // The draw goes by the project's id as well: that one of two equals gets less than 3 of 50 would happen once in 10^9 runs.
  expect(Math.min(of('groq'), of('together'))).toBeGreaterThanOrEqual(3);
  expect(of('cerebras')).toBeLessThan(REQUESTS / 2);
  const rows = await world.rows<{ input: { readonly affinity: string } }>('SELECT input FROM requests.requests');
  for (const { input } of rows) {
    expect(input.affinity).toMatch(/^[\w-]{8}$/);
    expect(JSON.stringify(input)).not.toContain('conversation');
  }
});

it('keeps a session with the model that was chosen for it, in every process', async () => {
  // Long enough that the vendor's cache of it is worth more than another model's lower price.
  const messages = says(`Summarise this: ${'one and another '.repeat(10_000)}`);
  const ask = async (session: string, gateway = world.gateway): Promise<string> => {
    const body = { model: 'sluice/auto', max_completion_tokens: 20, messages, session_id: session };
    const { status, headers, body: answer } = await world.ask(body, { gateway });
    expect({ status, error: answer.error }).toEqual({ status: 200, error: undefined });
    return headers.get('x-sluice-model') ?? '';
  };
  const first = await ask('kept');
  const { body: before } = await world.get(`/v1/models/${first}`);
  const prices = {
    ...before.prices,
    input: { usd: '1', per: 1_000_000 },
    input_cached_read: { usd: '0.001', per: 1_000_000 },
  };
  const apiKey = world.gateway.adminKey;
  const set = await world.post('/v1/operator/prices', { offer_id: first, reason: 'dearer', prices }, { apiKey });
  expect(set.status).toBe(200);
  let others = 0;
  await until('a new session to be given another model', async () => {
    others += 1;
    const chosen = [await ask(`new ${others}`), await ask(`newer ${others}`, world.other)];
    return chosen.every((model) => model !== first) || { pending: String(chosen) };
  });
  expect(await ask('kept', world.other)).toBe(first);
  expect(await ask('kept')).toBe(first);
  await world.post('/v1/operator/prices', { offer_id: first, reason: 'as before', prices: null }, { apiKey });
});
