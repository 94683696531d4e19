import { expect, it } from 'vitest';
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
