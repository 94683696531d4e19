import { describe, expect, it } from 'vitest';
import { openaiModel, type Parsed, says, useWorld } from './world.js';

// How well models do each kind of work, as the operator says, and what `auto` models make of it.

const world = useWorld({ beside: true });
const withinASecond = { timeout: 1_000, interval: 20 };
const at = (id: string): string => `/v1/operator/models/${encodeURIComponent(id)}`;
const admin = () => ({ apiKey: world.gateway.adminKey });
const figure = (score: number) => ({ score, source: 'https://example.com/our-report', as_of: '2026-11-20' });

const send = (to: string, body: object) => world.post(to, { reason: 'a test', ...body }, admin());
const sent = async (to: string, body: object): Promise<Parsed> => {
  const answer = await send(to, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
};
const qualityOf = async (gateway = world.gateway): Promise<Parsed> =>
  (await world.get(`/v1/models/${openaiModel}`, { gateway })).body.quality;
/** Which model answers, best first: of a greeting, so that its kind is `chat`. */
const bestFor = async (gateway = world.other): Promise<string | null> =>
  (await world.ask({ model: 'sluice/auto-best', messages: says('Hello'), max_tokens: 20 }, { gateway })).headers.get(
    'x-sluice-model',
  );

describe('the quality of a model', () => {
  it('is listed by kind of work, with where its figures stand', async () => {
    const { code } = await qualityOf();
    expect(code).toMatchObject({
      basis: 'figures',
      sources: expect.arrayContaining([{ source: expect.any(String), as_of: expect.any(String) }]),
    });
    expect((await world.get('/v1/models/sandbox/echo')).body.quality).toBeNull();
  });

  it('is what the operator says, in every process and for every choice, until that is taken back', async () => {
    const before = await qualityOf();
    const best = await bestFor();
    expect(best).not.toBe(openaiModel);
    const told = await sent(at(openaiModel), { quality: { chat: figure(1), code: figure(0.25) } });
    expect(told).toMatchObject({ changed: ['quality'], model: { quality: { chat: { score: 1, basis: 'operator' } } } });
    const operators = { score: 1, basis: 'operator', sources: [{ source: figure(1).source, as_of: '2026-11-20' }] };
    await expect
      .poll(() => qualityOf(world.other), withinASecond)
      .toMatchObject({ chat: operators, maths: before.maths });
    expect(await bestFor()).toBe(openaiModel);

    await sent(at(openaiModel), { quality: { chat: null } });
    await expect.poll(() => qualityOf(world.other), withinASecond).not.toHaveProperty('chat');
    expect(await qualityOf(world.other)).toMatchObject({ code: { score: 0.25 } });
    expect(await bestFor()).toBe(best);

    await sent(at(openaiModel), { reset: ['quality.chat'] });
    await expect
      .poll(() => qualityOf(world.other), withinASecond)
      .toEqual({ ...before, code: { ...operators, score: 0.25 } });
    expect(await sent(at(openaiModel), { reset: ['quality'] })).toMatchObject({ changed: [] });
    await expect.poll(() => qualityOf(world.other), withinASecond).toEqual(before);
    const { data } = (await world.get(`/v1/operator/models/history?model_id=${openaiModel}`, admin())).body;
    expect(data).toMatchObject([
      { fields: { quality: { chat: figure(1), code: figure(0.25) } } },
      { fields: { quality: { chat: null, code: figure(0.25) } } },
      { fields: { quality: { code: figure(0.25) } } },
      { fields: null },
    ]);
  });

  it('is that of the model which an offer of the operator serves, and stays when an offer is changed', async () => {
    const limits = { context_window: 32_000, max_output_tokens: 4_000 };
    const prices = { input: { usd: '1', per: 1_000_000 }, output: { usd: '2', per: 1_000_000 } };
    await sent('/v1/operator/offers', { id: 'openai/gpt-own', model: 'acme/own', ...limits, prices });
    const described = { name: 'Own', modalities: { input: ['text'], output: ['text'] }, capabilities: [], ...limits };
    await sent(at('acme/own'), { ...described, quality: { chat: figure(1) } });
    await expect.poll(() => bestFor(), withinASecond).toBe('openai/gpt-own');
    await sent('/v1/operator/offers/openai%2Fgpt-own', { max_output_tokens: 2_000 });
    const limitOf = async () =>
      (await world.get('/v1/models/openai/gpt-own', { gateway: world.other })).body.max_output_tokens;
    await expect.poll(limitOf, withinASecond).toBe(2_000);
    expect(await bestFor()).toBe('openai/gpt-own');
  });

  it.each<[string, object, string]>([
    ['a score in per cent', { code: figure(88) }, 'quality.code.score'],
    ['a score below 0', { code: figure(-0.1) }, 'quality.code.score'],
    ['more decimals than are compared', { code: figure(0.1234) }, 'quality.code.score'],
    ['no source', { code: { ...figure(0.5), source: ' ' } }, 'quality.code.source'],
    ['no date', { code: { score: 0.5, source: 'a talk' } }, 'quality.code.as_of'],
    ['a date that there is not', { maths: { ...figure(0.5), as_of: '2026-02-31' } }, 'quality.maths.as_of'],
    ['a kind that there is not', { flying: figure(0.5) }, 'quality.flying'],
    ['a field that there is not', { code: { ...figure(0.5), url: 'x' } }, 'quality.code.url'],
  ])('is refused with %s, with the place of it', async (_name, quality, param) => {
    const answer = await send(at(openaiModel), { quality });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 400, body: { error: { param } } });
  });
});
