import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rateOffers } from '../../workflows/domain/model-quality.js';
import { CATALOGUE_VENDORS, loadCatalogue } from './load-catalogue.js';
import { familyOf, isBefore } from './model-family.js';
import { qualityOfModels } from './model-quality.js';
import { type QualityData, qualitySchema } from './quality.schema.js';

const read = (): QualityData =>
  qualitySchema.parse(JSON.parse(readFileSync(new URL('./quality.json', import.meta.url), 'utf8')));

type Figures = QualityData['models'][string];
const figure = (benchmark: string, score: number): Figures[number] => ({
  ...{ benchmark, score, source: 'https://example.com/report', asOf: '2026-11-01' },
});
const data = (models: QualityData['models']): QualityData => ({
  collections: {},
  benchmarks: [
    { id: 'code', name: 'Code', kinds: ['code'], floor: 0, ceiling: 0.8 },
    { id: 'sums', name: 'Sums', kinds: ['maths'], floor: 0.5, ceiling: 1 },
  ],
  models,
});

describe('qualityOfModels', () => {
  const qualityOf = (models: QualityData['models'], id: string) => qualityOfModels(data(models), [id]).get(id);

  it('puts a figure between floor and ceiling, and takes the mean of several', () => {
    const sources = [{ source: 'https://example.com/report', asOf: '2026-11-01' }];
    expect(qualityOf({ 'm/a': [figure('code', 0.4), figure('sums', 0.4)] }, 'm/a')).toMatchObject({
      code: { score: 0.5, basis: 'figures', sources },
      maths: { score: 0, basis: 'figures', sources },
    });
    const twice = data({ 'm/a': [figure('code', 0.4), figure('more', 0.9)] });
    const more = { id: 'more', name: 'More', kinds: ['code' as const], floor: 0, ceiling: 0.9 };
    const benchmarks = [...twice.benchmarks, more];
    expect(qualityOfModels({ ...twice, benchmarks }, ['m/a']).get('m/a')?.code).toMatchObject({
      score: 0.75,
      sources: [{}, {}],
    });
  });

  it('knows nothing of a model without figures or family', () => {
    expect(qualityOf({ 'm/a': [figure('code', 0.4)] }, 'm/b')).toBeUndefined();
  });

  it('takes a newer model of a family for as good as the newest before it, never as good as a later one', () => {
    const models = { 'm/x-2': [figure('code', 0.4)], 'm/x-2.5': [figure('code', 0.6)], 'm/x-4': [figure('code', 0.8)] };
    expect(qualityOf(models, 'm/x-3')).toMatchObject({ code: { score: 0.75, basis: 'guess', sources: [] } });
    expect(qualityOf(models, 'm/x-1')).toBeUndefined();
    expect(qualityOf(models, 'm/x-3-mini')).toBeUndefined();
  });

  it('guesses a kind without a figure from the others, nearer to the mean of all', () => {
    const models = {
      'm/good': [figure('code', 0.8)],
      'm/bad': [figure('code', 0), figure('sums', 0.75)],
    };
    const [good, bad] = ['m/good', 'm/bad'].map((id) => qualityOf(models, id));
    // The mean of sums is 0.5; the good one is 0.5 above the mean of code.
    expect(good?.maths?.score).toBeCloseTo(0.85);
    expect(bad?.maths).toMatchObject({ score: 0.5, basis: 'figures' });
  });
});

describe('familyOf', () => {
  it.each([
    ['anthropic/claude-3-5-haiku', 'anthropic/claude-haiku', [3, 5]],
    ['anthropic/claude-haiku-4-5', 'anthropic/claude-haiku', [4, 5]],
    ['openai/gpt-5.4-mini', 'openai/gpt-mini', [5, 4]],
    ['openai/gpt-4o-2024-11-20', 'openai/gpt-4o', []],
    ['moonshotai/kimi-k2.5', 'moonshotai/kimi', [2, 5]],
    ['google/gemini-3-pro-preview', 'google/gemini-pro', [3]],
    ['openai/gpt-oss-120b', 'openai/gpt-oss-120b', []],
  ])('%s', (id, family, version) => expect(familyOf(id)).toEqual({ family, version }));

  it('orders versions by their numbers', () => {
    expect(isBefore([4, 5], [4, 10])).toBe(true);
    expect(isBefore([], [2])).toBe(true);
    expect(isBefore([4], [4])).toBe(false);
    expect(isBefore([5], [4, 9])).toBe(false);
  });
});

describe('quality.json', () => {
  it('has figures of many models, of each maker that most installations have a key of', () => {
    const { models } = read();
    expect(Object.keys(models).length).toBeGreaterThan(150);
    for (const maker of ['openai/', 'anthropic/', 'google/', 'deepseek/', 'mistralai/', 'x-ai/']) {
      expect(
        Object.keys(models).some((id) => id.startsWith(maker)),
        maker,
      ).toBe(true);
    }
  });

  it('is about models that the catalogue has', () => {
    const { models } = loadCatalogue({ vendors: CATALOGUE_VENDORS, convertedPrices: true });
    const known = new Set(models.map(({ id }) => id));
    expect(Object.keys(read().models).filter((id) => !known.has(id))).toEqual([]);
  });

  it.each<[string, (written: QualityData) => unknown, string]>([
    ['a benchmark that is none', (written) => withFigures(written, figure('nothing', 1)), 'no benchmark nothing'],
    [
      'two figures of a benchmark',
      (written) => withFigures(written, figure('gpqa', 1), figure('gpqa', 0.9)),
      'a second',
    ],
    [
      'a collection that is none',
      (written) => withFigures(written, { ...figure('gpqa', 1), via: 'x' }),
      'no collection x',
    ],
    ['a figure in per cent', (written) => withFigures(written, figure('gpqa', 88)), '<=1'],
    [
      'a source that is no address',
      (written) => withFigures(written, { ...figure('gpqa', 1), source: 'a talk' }),
      'URL',
    ],
  ])('is refused with %s', (_name, change, problem) => {
    const { error } = qualitySchema.safeParse(change(read()));
    expect(error?.message).toContain(problem);
  });

  it('rates the offers of the vendors that are asked for', () => {
    const { offers, models, warnings } = loadCatalogue({ vendors: ['openai', 'sandbox'] });
    expect(warnings).toEqual([]);
    expect(rateOffers(offers, models)).toBe(offers);
    const rated = offers.filter(({ quality }) => quality !== undefined);
    expect(rated.length).toBeGreaterThan(15);
    expect(rated.every(({ quality }) => Object.values(quality ?? {}).every((score) => score >= 0 && score <= 1))).toBe(
      true,
    );
    expect(offers.filter(({ vendor, quality }) => vendor === 'sandbox' && quality !== undefined)).toEqual([]);
  });
});

function withFigures(written: QualityData, ...figures: readonly Figures[number][]): QualityData {
  return { ...written, models: { 'm/a': [...figures] } };
}
