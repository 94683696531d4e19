import { expect, it } from 'vitest';
import { offer } from '../../../workflows/domain/test-values.js';
import { withWrittenTier } from './written-tiers.js';

const million = (usd: string) => ({ usd, per: 1_000_000 });

it('prices batches by the share that the vendor states, exactly, and no unit that is not named', () => {
  const prices = { input: million('0.075'), input_cached_read: million('0.0375'), output: million('0.3') };
  const written = withWrittenTier(offer({ id: 'groq/openai/gpt-oss-20b', prices }));
  expect(written.tiers).toEqual({ batch: { prices: { input: million('0.0375'), output: million('0.15') } } });
  expect(withWrittenTier(offer({ id: 'moonshot/kimi-k2.6', prices })).tiers?.batch?.prices).toEqual({
    ...{ input: million('0.045'), input_cached_read: million('0.0225'), output: million('0.18') },
  });
});

it('prices cached input by the price of other input where the page says it so, and not at all where it has no price', () => {
  const prices = { input: million('1.4'), input_cached_read: million('0.26'), output: million('4.4') };
  const halves = { input: million('0.7'), output: million('2.2') };
  expect(withWrittenTier(offer({ id: 'fireworks/glm-5p3', prices })).tiers?.batch?.prices).toEqual({
    ...{ ...halves, input_cached_read: million('0.35') },
  });
  const { input_cached_read: _, ...without } = prices;
  expect(withWrittenTier(offer({ id: 'fireworks/glm-5p3', prices: without })).tiers?.batch?.prices).toEqual(halves);
});

it('leaves the prices of the sources, and offers that no page names', () => {
  const tiers = { batch: { prices: { input: million('1'), output: million('2') } } };
  const listed = offer({ id: 'groq/openai/gpt-oss-20b', tiers });
  expect(withWrittenTier(listed)).toBe(listed);
  expect(withWrittenTier(offer({ id: 'groq/openai/gpt-oss-safeguard-20b' })).tiers).toBeUndefined();
});
