import { beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { anthropicModel, openaiModel, type Parsed, type StreamEvent, type TestProject, useWorld } from './world.js';

// Responses that are stored, as OpenAI stores them by default: by one gateway, and gone on from at the other.

const world = useWorld({ beside: true });
const hourMs = 3_600_000;
const path = '/v1/responses';
const held: Behaviour = { behaviour: 'hold', afterEvents: 5 };

let storing: TestProject;
let other: TestProject;
let silent: TestProject;
beforeAll(async () => {
  storing = await world.createProject({ stored_answer_retention_ms: hourMs });
  other = await world.createProject({ stored_answer_retention_ms: hourMs });
  silent = await world.createProject();
});

const body = (more: object = {}, behaviour?: Behaviour) => ({
  model: openaiModel,
  input: behaviour === undefined ? 'Hello' : `Hello ${fakeMarker(behaviour)}`,
  max_output_tokens: 50,
  ...more,
});
const here = () => ({ apiKey: storing.apiKey });
const there = () => ({ apiKey: storing.apiKey, gateway: world.other });
const idOf = (requestId: string): string => requestId.replace(/^req_/, 'resp_');
const stream = (more: object, behaviour?: Behaviour) =>
  world.postStream(path, body({ stream: true, ...more }, behaviour), here());
const dataOf = (events: readonly StreamEvent[]): readonly Parsed[] =>
  events.map(({ data }): Parsed => JSON.parse(data));
const codeOf = ({ status, body: told }: { status: number; body: Parsed }) => [status, told.error?.code];

describe('a response', () => {
  it.each([openaiModel, anthropicModel, 'sandbox/echo'])('of %s is stored by default', async (model) => {
    const asked = await world.post(path, body({ model, metadata: { a: 'b' } }), here());
    expect(asked.body).toMatchObject({ id: idOf(asked.requestId), status: 'completed', store: true });
    expect(asked.body.warnings ?? []).not.toContainEqual(expect.objectContaining({ feature: 'store' }));
    await world.ended(asked.requestId);
    for (const options of [here(), there()]) {
      expect((await world.get(`${path}/${asked.body.id}`, options)).body).toEqual(asked.body);
    }
  });

  it.each([
    ['where its caller says so', () => storing, { store: false }],
    ['where the project stores none', () => silent, {}],
  ])('is not stored %s', async (_name, project, more) => {
    const { apiKey } = project();
    const asked = await world.post(path, body(more), { apiKey });
    expect(asked.body).toMatchObject({ status: 'completed', store: false });
    expect(asked.body).not.toHaveProperty('warnings');
    expect(codeOf(await world.get(`${path}/${asked.body.id}`, { apiKey }))).toEqual([404, 'answer_not_found']);
  });

  it('is not stored where the project stores none, and who asked for it is told', async () => {
    const asked = await world.post(path, body({ store: true }), { apiKey: silent.apiKey });
    expect(asked.body).toMatchObject({ store: false, warnings: [{ type: 'ignored', feature: 'store' }] });
  });

  it.each([openaiModel, anthropicModel])(
    'of %s is resumed after each of its events, at the other gateway, while it runs and afterwards',
    async (model) => {
      const first = await stream({ model }, held);
      const begun = [await first.next(), await first.next(), await first.next()].filter((event) => event !== undefined);
      const id = idOf(first.requestId);
      const running = await world.getStream(`${path}/${id}?stream=true&starting_after=1`, there());
      expect((await world.get(`${path}/${id}`, there())).body).toMatchObject({ id, status: 'in_progress' });
      await world.vendor.release('all');
      const events = [...begun, ...(await first.rest())];
      const numbers = dataOf(events).map(({ sequence_number: number }) => number);
      expect(numbers).toEqual(numbers.map((_, index) => index));
      expect(await running.rest()).toEqual(events.slice(2));
      await world.ended(first.requestId);
      for (const after of [0, 4, numbers.length - 2]) {
        const again = await world.getStream(`${path}/${id}?stream=true&starting_after=${after}`, there());
        expect(await again.rest()).toEqual(events.slice(after + 1));
      }
      expect(await (await world.getStream(`${path}/${id}?stream=true`, here())).rest()).toEqual(events);
    },
  );

  it('is cancelled from the other gateway, with what had come', async () => {
    const first = await stream({}, held);
    for (let n = 0; n < 5; n += 1) await first.next();
    const id = idOf(first.requestId);
    const cancelled = await world.post(`${path}/${id}/cancel`, undefined, there());
    expect(cancelled.body).toMatchObject({ id, status: 'cancelled', error: null });
    expect(dataOf(await first.rest()).at(-1)).toMatchObject({ type: 'response.failed' });
    await world.ended(first.requestId);
    expect((await world.post(`${path}/${id}/cancel`, undefined, here())).body).toEqual(cancelled.body);
    expect((await world.get(`${path}/${id}`, there())).body).toEqual(cancelled.body);
  });

  it('is unknown to another project and once it is destroyed', async () => {
    const { requestId } = await world.post(path, body(), here());
    await world.ended(requestId);
    const url = `${path}/${idOf(requestId)}`;
    const unknown = [404, 'answer_not_found'];
    const stranger = { apiKey: other.apiKey };
    for (const each of [
      world.get(url, stranger),
      world.get(`${url}/input_items`, stranger),
      world.get(`/v1/chat/completions/chatcmpl-${requestId}`, here()),
      world.delete(url, stranger),
      world.post(`${url}/cancel`, undefined, stranger),
      world.post(path, body({ previous_response_id: idOf(requestId) }), stranger),
    ]) {
      expect(codeOf(await each)).toEqual(unknown);
    }
    expect((await world.delete(url, there())).body).toEqual({
      ...{ id: idOf(requestId), object: 'response.deleted', deleted: true },
    });
    for (const options of [here(), there()]) expect(codeOf(await world.get(url, options))).toEqual(unknown);
    const next = await world.post(path, body({ previous_response_id: idOf(requestId) }), here());
    expect([...codeOf(next), next.body.error.param]).toEqual([...unknown, 'previous_response_id']);
  });
});

describe('a conversation', () => {
  it.each([openaiModel, anthropicModel])('of %s goes on from response to response, at any gateway', async (model) => {
    const texts: string[] = [];
    let previous: string | undefined;
    for (const [index, options] of [here(), there(), here()].entries()) {
      const asked = await world.post(
        path,
        body({ model, input: `Turn ${index}`, instructions: `Rule ${index}`, previous_response_id: previous }),
        options,
      );
      expect(asked.body).toMatchObject({ status: 'completed', previous_response_id: previous ?? null });
      previous = asked.body.id;
      texts.push(asked.body.output.at(-1).content[0].text);
      await world.ended(asked.requestId);
    }
    const found = await world.get(`${path}/${previous}`, there());
    expect(found.body.previous_response_id).toMatch(/^resp_[0-9a-f]{32}$/);
    const { body: items } = await world.get(`${path}/${previous}/input_items?order=asc`, there());
    const said = items.data.map(({ role, content }: Parsed) => [role, content[0].text]);
    expect(said).toEqual([
      ...['user', 'assistant'].map((role, n) => [role, n === 0 ? 'Turn 0' : texts[0]]),
      ...['user', 'assistant'].map((role, n) => [role, n === 0 ? 'Turn 1' : texts[1]]),
      ['user', 'Turn 2'],
    ]);
    // Instructions are not carried over.
    const sent = JSON.stringify((await world.vendor.log()).at(-1)?.body);
    expect(sent).toContain('Rule 2');
    expect(sent).not.toContain('Rule 1');
    expect(sent).toContain('Turn 0');
  });

  it('lists its input newest first, page by page', async () => {
    const input = ['a', 'b', 'c'].map((content) => ({ role: 'user', content }));
    const { body: asked, requestId } = await world.post(path, body({ input }), here());
    await world.ended(requestId);
    const url = `${path}/${asked.id}/input_items`;
    const { body: first } = await world.get(`${url}?limit=2`, there());
    expect(first).toMatchObject({
      object: 'list',
      has_more: true,
      first_id: first.data[0].id,
      last_id: first.data[1].id,
    });
    expect(first.data.map(({ content }: Parsed) => content[0].text)).toEqual(['c', 'b']);
    const { body: second } = await world.get(`${url}?limit=2&after=${first.last_id}`, here());
    expect([second.data.map(({ content }: Parsed) => content[0].text), second.has_more]).toEqual([['a'], false]);
  });

  it('does not go on from what still runs, or has failed, or where nothing is stored', async () => {
    const running = await stream({}, held);
    await running.next();
    const early = await world.post(path, body({ previous_response_id: idOf(running.requestId) }), there());
    expect(codeOf(early)).toEqual([409, 'answer_unfinished']);
    await world.post(`${path}/${idOf(running.requestId)}/cancel`, undefined, here());
    await running.rest();
    await world.ended(running.requestId);
    const failed = await world.post(path, body({ previous_response_id: idOf(running.requestId) }), there());
    expect([...codeOf(failed), failed.body.error.param]).toEqual([400, 'invalid_request', 'previous_response_id']);
    const unstored = await world.post(path, body({ previous_response_id: 'resp_x' }), { apiKey: silent.apiKey });
    expect(unstored.body.error).toMatchObject({
      param: 'previous_response_id',
      message: expect.stringContaining('stored_answer_retention_ms'),
    });
  });
});
