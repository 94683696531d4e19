import { describe, expect, it } from 'vitest';
import type { Part, Tool } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Demand } from '../../workflows/contracts/requests.js';
import { demandOf } from '../../workflows/domain/demand.js';
import { chatCall, offer } from '../../workflows/domain/test-values.js';
import { withTokens } from './count-call.js';

const counted = offer({ tokenizer: 'o200k_base' });
const words = (count: number): string => ' hello'.repeat(count);
const bodyOf = (content: JsonObject['x'], changes: JsonObject = {}) => ({
  source: { dialect: 'openai-chat' as const, body: { messages: [{ role: 'user', content }], ...changes } },
});

async function tokensOf(parts: readonly Part[], body: ReturnType<typeof bodyOf>, tools: readonly Tool[] = []) {
  const call = chatCall(parts, { ...body, tools });
  return (await withTokens(demandOf(call), call, [counted])).tokens?.o200k_base;
}

describe('counting a call', () => {
  it('bounds input by its tokens and what framing may add, and counts its words exactly', async () => {
    const text = words(10_000);
    const counts = await tokensOf([{ type: 'text', text }], bodyOf(text));
    expect(counts?.text).toBe(10_000);
    expect(counts?.inputBound).toBeGreaterThan(10_004);
    expect(counts?.inputBound).toBeLessThan(10_050);
  });

  it('bounds unknown fields, deep ones and names too', async () => {
    const nested: JsonObject = { [words(50)]: [[{ deep: words(100) }]] };
    const without = await tokensOf([], bodyOf(''));
    const withMore = await tokensOf([], bodyOf('', { unknown: nested }));
    expect((withMore?.inputBound ?? 0) - (without?.inputBound ?? 0)).toBeGreaterThan(150);
  });

  it('does not ask for more where a cap is added', async () => {
    const plain = await tokensOf([], bodyOf('hi'));
    expect(await tokensOf([], bodyOf('hi', { max_completion_tokens: 50 }))).toEqual(plain);
  });

  it('leaves more for declarations: a list of choices is written out longer than it came', async () => {
    const schema = { enum: Array.from({ length: 500 }, () => 'a') };
    const without = await tokensOf([], bodyOf('hi'));
    const bound = await tokensOf([], bodyOf('hi', { tools: [schema] }));
    expect((bound?.inputBound ?? 0) - (without?.inputBound ?? 0)).toBeGreaterThan(4 * 500);
  });

  it('leaves images to their own bound, but no text that only looks like one', async () => {
    const data = 'QUJD'.repeat(2_000);
    const part: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data } };
    const picture = bodyOf([{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }]);
    expect((await tokensOf([part], picture))?.inputBound).toBeLessThan(100);
    const text = bodyOf(`data:text/plain,${words(1_000)}`);
    expect((await tokensOf([part], text))?.inputBound).toBeGreaterThan(1_000);
  });

  it.each([
    ['no model has a tokenizer', {}, offer()],
    ['a file makes the whole window count', { unboundedMedia: true }, counted],
    ['a search makes the whole window count', { searches: 1 }, counted],
    ['sound is bounded by its bytes', { needs: ['audio_input'] }, counted],
  ] as const)('counts nothing where %s', async (_, changes, sold) => {
    const call = chatCall([{ type: 'text', text: 'hi' }], bodyOf('hi'));
    const demand: Demand = { ...demandOf(call), ...changes };
    expect(await withTokens(demand, call, [sold])).toBe(demand);
  });
});
