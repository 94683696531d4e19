import { beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { FAKE_PICTURE_TOKENS } from '../fake-vendor/picture-items.js';
import type { Parsed } from './world.js';
import { chunksOf, nanoOf, openaiModel, useWorld } from './world.js';

// OpenAI's own tool that makes pictures, on a whole gateway: passed on, held for before the call, and counted from the answer.

const world = useWorld();

beforeAll(async () => {
  const grant = { key: 'pictures', amount_usd: '50', reason: 'What is held for pictures' };
  const { status } = await world.post('/v1/organization/credits/grants', grant, { apiKey: world.gateway.adminKey });
  expect(status).toBe(200);
});

const TOOL = { type: 'image_generation', model: 'gpt-image-2', quality: 'low', size: '1024x1024' } as const;
/** Of the tool above, by the vendor's own calculator. */
const LOW_SQUARE = 196;

const asked = (behaviour: Behaviour, body: object) => ({
  ...{ model: openaiModel, input: `A cat ${fakeMarker(behaviour)}` },
  ...body,
});

const post = (behaviour: Behaviour, body: object) => world.post('/v1/responses', asked(behaviour, body));

async function stream(behaviour: Behaviour, body: object) {
  const { requestId, rest } = await world.postStream('/v1/responses', { ...asked(behaviour, body), stream: true });
  return { requestId, events: chunksOf(await rest()) };
}

async function planned(requestId: string) {
  const [row] = await world.rows('SELECT plan FROM requests.requests WHERE id = $1', [requestId]);
  const { offer, maxOutputTokens, worstCaseNanoUsd } = (row as Parsed).plan.candidates[0];
  const usd = (unit: string): number => Number(offer.prices[unit].usd) / offer.prices[unit].per;
  return { offer, maxOutputTokens, heldUsd: Number(worstCaseNanoUsd) / 1e9, usd };
}

async function recorded(requestId: string) {
  await world.ended(requestId);
  const query = `SELECT r.images, r.cost, a.outcome -> 'usage' -> 'units' AS units
    FROM usage.records r JOIN requests.attempts a USING (request_id) WHERE r.request_id = $1`;
  const [row] = await world.rows<{ images: bigint; cost: bigint; units: Parsed }>(query, [requestId]);
  return row!;
}

describe('a picture that the vendor made', () => {
  it('is charged by what the vendor says that it took, and counted', async () => {
    const { status, body, requestId } = await post({ behaviour: 'answer', pictures: 2 }, { tools: [TOOL] });
    expect(status).toBe(200);
    expect(body.output.map(({ type }: Parsed) => type)).toEqual([
      ...['image_generation_call', 'image_generation_call', 'message'],
    ]);
    expect(body.warnings.map(({ feature }: Parsed) => feature)).toEqual(['max_tool_calls']);
    const { usd } = await planned(requestId);
    const { text, seen, written, drawn } = FAKE_PICTURE_TOKENS;
    const pictures =
      2 * (text * usd('image_tool_input') + seen * usd('image_tool_input_image')) +
      2 * (written * usd('image_tool_output') + drawn * usd('image_tool_output_image'));
    const { input_tokens: input, output_tokens: output, cost } = body.usage;
    expect(Number(cost)).toBeCloseTo(input * usd('input') + output * usd('output') + pictures, 8);
    expect(await recorded(requestId)).toMatchObject({ images: 2n, cost: nanoOf(cost) });
  });

  it('is told while it is being made, in the order in which it comes', async () => {
    const { events } = await stream({ behaviour: 'answer', pictures: 1 }, { tools: [{ ...TOOL, partial_images: 2 }] });
    const told = events.map(({ type }) => type).filter((type: string) => type.includes('image_generation_call'));
    expect(told).toEqual(
      ['in_progress', 'generating', 'partial_image', 'partial_image', 'completed'].map(
        (what) => `response.image_generation_call.${what}`,
      ),
    );
    const partial = events.find(({ partial_image_index: index }) => index === 1);
    expect(partial).toMatchObject({ partial_image_b64: expect.stringMatching(/^iVBOR/), size: '1024x1024' });
  });

  it('costs what its size and quality say where the vendor does not, partial ones too, and that is said', async () => {
    const { events, requestId } = await stream(
      { behaviour: 'answer', pictures: 1, pictureUsage: 'missing' },
      { tools: [{ ...TOOL, partial_images: 2 }] },
    );
    const { units } = await recorded(requestId);
    expect(units).toMatchObject({ images: 1, image_tool_output_image: LOW_SQUARE + 200 });
    const last = events.at(-1);
    expect(last.response.warnings).toContainEqual(
      expect.objectContaining({ feature: 'usage', detail: expect.stringContaining('pictures') }),
    );
    const { usd } = await planned(requestId);
    const { input_tokens: input, output_tokens: output, cost } = last.response.usage;
    const expected = input * usd('input') + output * usd('output') + 396 * usd('image_tool_output_image');
    expect(Number(cost)).toBeCloseTo(expected, 8);
  });

  it('is paid for where the answer breaks off after it', async () => {
    const { events, requestId } = await stream({ behaviour: 'cut', pictures: 1, afterEvents: 8 }, { tools: [TOOL] });
    expect(events.at(-1)?.type).toMatch(/error|failed/);
    const { units, cost } = await recorded(requestId);
    expect(units).toMatchObject({ images: 1, image_tool_output_image: LOW_SQUARE });
    const { usd } = await planned(requestId);
    expect(Number(cost) / 1e9).toBeGreaterThanOrEqual(LOW_SQUARE * usd('image_tool_output_image'));
  });
});

describe('before the call', () => {
  it('holds for every use the largest picture there can be, and names the model where the caller did not', async () => {
    const { body, requestId } = await post(
      { behaviour: 'answer' },
      { tools: [{ type: TOOL.type }], max_tool_calls: 2 },
    );
    expect(body.warnings).toMatchObject([{ type: 'changed', feature: 'tools[0].model' }]);
    const [sent] = await world.vendor.waitForEnded(1);
    expect(sent?.body).toMatchObject({ tools: [{ type: TOOL.type, model: 'gpt-image-2' }], max_tool_calls: 2 });
    const { offer, maxOutputTokens, heldUsd, usd } = await planned(requestId);
    const chat = 3 * offer.contextWindow * usd('input') + maxOutputTokens * usd('output');
    const read = 2 * 32_000 * usd('image_tool_input') + 2 * 7_079 * usd('image_tool_input_image');
    const made = 2 * 1_024 * usd('image_tool_output') + 2 * 23_719 * usd('image_tool_output_image');
    expect(heldUsd).toBeCloseTo(chat + read + made, 6);
  });

  it('prices containers by their memory', async () => {
    const auto = { type: 'container_auto', memory_limit: '64g' };
    const tools = [
      { type: 'code_interpreter', container: { type: 'auto', memory_limit: '4g' } },
      { type: 'shell', environment: auto },
    ];
    const { status, requestId } = await post({ behaviour: 'answer' }, { tools, max_tool_calls: 1 });
    expect(status).toBe(200);
    const [sent] = await world.vendor.waitForEnded(1);
    expect(sent?.body).toMatchObject({ tools });
    const { offer, maxOutputTokens, heldUsd, usd } = await planned(requestId);
    const chat = 2 * offer.contextWindow * usd('input') + maxOutputTokens * usd('output');
    expect(heldUsd).toBeCloseTo(chat + 0.12 + 1.92, 6);
  });

  it.each<[string, object, string]>([
    ['a model without a price', { tools: [{ ...TOOL, model: 'gpt-image-9' }] }, 'tools[0].model'],
    ['a second such tool', { tools: [TOOL, { ...TOOL, model: 'gpt-image-1-mini' }] }, 'tools[1]'],
    [
      'a container of another size',
      { tools: [{ type: 'code_interpreter', container: { type: 'auto', memory_limit: '2g' } }] },
      'tools[0].container.memory_limit',
    ],
    [
      'a shell in a container that nothing is known of',
      { tools: [{ type: 'shell', environment: { type: 'container_reference', container_id: 'cntr_1' } }] },
      'tools[0].environment',
    ],
    [
      'a tool that comes with an item',
      {
        input: [
          { role: 'user', content: 'Hi' },
          { type: 'additional_tools', role: 'developer', tools: [TOOL] },
        ],
      },
      'input[1].tools[0]',
    ],
    ['tools for programs', { tools: [{ type: 'programmatic_tool_calling' }] }, 'tools[0]'],
  ])('refuses %s, with the place', async (_, fields, param) => {
    const { status, body } = await post({ behaviour: 'answer' }, fields);
    expect([status, body.error.code, body.error.param]).toEqual([400, 'unbounded', param]);
    expect(await world.vendor.log()).toEqual([]);
  });
});
