import { describe, expect, it } from 'vitest';
import { openaiModel, says } from '../gateway/world.js';
import { endpoints, useHookWorld } from './hook-world.js';

// What is told of a job, to the organisation's endpoints and at the address that its caller has named, and of a schedule.

const hooks = useHookWorld();
const prompt = 'a word that nobody else may read';
const submit = (url: string) =>
  hooks.world.ask(
    { model: openaiModel, max_tokens: 50, messages: says(prompt) },
    { headers: { prefer: 'respond-async', 'x-sluice-webhook-url': url } },
  );

describe('a job', () => {
  it('is told of with its newest state, at both addresses, and without a word of its content', async () => {
    const endpoint = await hooks.add('/all', { event_types: ['job.*'], payload: 'full' });
    const { status, body } = await submit(`${hooks.receiver.origin}/mine?token=of-mine`);
    expect(status).toBe(202);
    const [all, mine] = [await hooks.received('/all', 2), await hooks.received('/mine?token=of-mine', 2)];
    for (const received of [all, mine]) {
      const events = received
        .map(({ body: text }) => JSON.parse(text))
        .toSorted((a, b) => a.data.version - b.data.version);
      expect(events.map(({ type }) => type)).toEqual(['job.running', 'job.succeeded']);
      expect(events[1].data).toMatchObject({ id: body.id, status: 'succeeded', request_id: body.id });
      expect(JSON.stringify(received)).not.toContain(prompt);
    }
    const ended = all.map(({ body: text }) => JSON.parse(text)).find(({ type }) => type === 'job.succeeded');
    const { body: job } = await hooks.world.get(`/v1/jobs/${body.id}`);
    expect(ended.data.object).toEqual(job);
    expect(JSON.parse(mine[0]?.body ?? '').data.object).toBeUndefined();
    await hooks.world.delete(`${endpoints}/${endpoint.id}`, hooks.admin);
  });

  it.each([
    'ftp://example.com',
    'https://user:pass@example.com',
    'nowhere',
    `https://example.com/${'a'.repeat(2_048)}`,
  ])('is not accepted with an address that no webhook can go to (%#)', async (url) => {
    expect(await submit(url)).toMatchObject({
      ...{ status: 400, body: { error: { code: 'invalid_request', param: 'x-sluice-webhook-url' } } },
    });
  });
});

describe('a schedule', () => {
  it('that pauses itself is told of once, as it stands then', async () => {
    const endpoint = await hooks.add('/schedules', { event_types: ['schedule.paused'], payload: 'full' });
    const post = { model: openaiModel, max_tokens: 50, messages: says(prompt) };
    const { body } = await hooks.world.post('/v1/schedules', { path: '/v1/chat/completions', body: post, every: '1h' });
    // Two refusals are borne with.
    const refuse = async (name: string): Promise<void> => {
      await hooks.world.rows(
        `INSERT INTO jobs.schedule_runs (id, schedule_id, name, cause, status, due_at) VALUES ($1, $2, $1, 'time', 'pending', now())`,
        [name, body.id],
      );
      await hooks.world.rows(`SELECT jobs.refuse_run($1, '{"status": 401, "code": "revoked_api_key"}', 2)`, [name]);
    };
    await refuse('run_first');
    await refuse('run_second');
    const [received] = await hooks.received('/schedules');
    const { type, data } = JSON.parse(received?.body ?? '');
    expect([type, data.id, data.paused_because]).toEqual(['schedule.paused', body.id, 'refused']);
    const { headers: _, body: __, ...stands } = (await hooks.world.get(`/v1/schedules/${body.id}`)).body;
    expect(data.object).toEqual(stands);
    expect([stands.status, stands.refusals_in_row]).toEqual(['paused', 2]);
    // One that was triggered since is no further news.
    await refuse('run_third');
    const events = `SELECT version FROM requests.outbox WHERE type = 'schedule.paused'`;
    expect(await hooks.world.rows(events)).toEqual([{ version: 2n }]);
    expect(received?.body).not.toContain(prompt);
    await hooks.world.delete(`/v1/schedules/${body.id}`);
    await hooks.world.delete(`${endpoints}/${endpoint.id}`, hooks.admin);
  });
});
