import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Received } from '../support/webhook-receiver.js';
import { endpoints, soon, useHookWorld } from './hook-world.js';

// Webhooks from what happened to their receiver, through a whole gateway, to a server that behaves as badly as it is told.

const hooks = useHookWorld();

const verified = (secret: string, { body, headers }: Received): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('an event', () => {
  it('is told to whoever asks for it, signed, and to nobody else', async () => {
    const [all, jobs, keys] = await Promise.all([
      hooks.add('/all'),
      hooks.add('/jobs', { event_types: ['job.*'] }),
      hooks.add('/keys', { event_types: ['api_key.created', 'api_key.revoked'] }),
    ]);
    const eventId = await hooks.happen({
      type: 'job.succeeded',
      payload: { id: 'job_1', status: 'succeeded' },
      version: 3,
    });
    for (const [path, { secret }] of [['/all', all] as const, ['/jobs', jobs] as const]) {
      const [first] = await hooks.received(path);
      if (!first) throw new Error('nothing came');
      expect(first.headers).toMatchObject({ 'webhook-id': eventId, 'content-type': 'application/json' });
      expect(first.headers['user-agent']).toMatch(/^Sluice-Webhooks/);
      expect(verified(secret, first)).toEqual({
        type: 'job.succeeded',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { id: 'job_1', status: 'succeeded', version: 3, organization_id: hooks.organizationId },
      });
    }
    expect(await hooks.ended(jobs.id)).toMatchObject({
      ...{ event_id: eventId, event_type: 'job.succeeded', cause: 'event', state: 'delivered', next_attempt_at: null },
      attempts: [{ number: 1, status: 200, failure: null }],
    });
    expect(await hooks.deliveries(keys.id)).toEqual([]);
    await hooks.world.delete(`${endpoints}/${all.id}`, hooks.admin);
  });

  it('of another project, or of none, is not told to an endpoint of a project', async () => {
    const [mine, other] = [await hooks.world.createProject(), await hooks.world.createProject()];
    const { id } = await hooks.add('/project', { project_id: mine.id, event_types: ['budget.*'] });
    await hooks.happen({ type: 'budget.exhausted', projectId: other.id });
    await hooks.happen({ type: 'budget.exhausted' });
    const told = await hooks.happen({ type: 'budget.exhausted', projectId: mine.id });
    await hooks.received('/project');
    expect((await hooks.deliveries(id)).map(({ event_id }) => event_id)).toEqual([told]);
  });

  it('of a key comes with the key itself where an endpoint wants all, and without its secret', async () => {
    const { id } = await hooks.add('/full', { event_types: ['api_key.created'], payload: 'full' });
    const { id: projectId, apiKey } = await hooks.world.createProject();
    const [first] = await hooks.received('/full');
    const { data } = JSON.parse(first?.body ?? '');
    expect(data).toMatchObject({
      ...{ project_id: projectId, kind: 'inference', name: 'tested' },
      object: { id: data.id, object: 'organization.project.api_key', name: 'tested' },
    });
    expect(first?.body).not.toContain(apiKey);
    await hooks.world.delete(`${endpoints}/${id}`, hooks.admin);
  });

  it('is told at the address that its request named, signed by the secret for these', async () => {
    const url = `${hooks.receiver.origin}/of-request`;
    await hooks.happen({ type: 'job.failed', payload: { id: 'job_2' }, webhookUrl: url });
    const [first] = await hooks.received('/of-request');
    const endpoint = (await hooks.get(endpoints)).body.data.find(({ url }: { url: string | null }) => url === null);
    const { body: rotated } = await hooks.post(`${endpoints}/${endpoint.id}/rotate`, { overlap_seconds: 0 });
    // Nobody has seen the secret that signed the first one.
    expect(() => verified(rotated.secret, first!)).toThrow();
    await hooks.happen({ type: 'job.failed', payload: { id: 'job_3' }, webhookUrl: url });
    const [, second] = await hooks.received('/of-request', 2);
    expect(verified(rotated.secret, second!)).toMatchObject({ data: { id: 'job_3' } });
    const again = await hooks.post(endpoints, {});
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'webhook_endpoint_exists' } } });
  });
});

describe('a receiver that', () => {
  it('fails is asked again, with the same id and another signature', async () => {
    hooks.receiver.answer('/flaky', 500, 'break', 204);
    const { id, secret } = await hooks.add('/flaky', { event_types: ['job.running'] });
    await hooks.happen({ type: 'job.running', payload: { id: 'job_4' } });
    const all = await hooks.received('/flaky', 3);
    expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    for (const one of all) expect(verified(secret, one)).toMatchObject({ data: { id: 'job_4' } });
    expect(await hooks.ended(id)).toMatchObject({
      state: 'delivered',
      attempts: [
        { number: 1, status: 500, failure: 'status' },
        { number: 2, status: null, failure: 'connection' },
        { number: 3, status: 204, failure: null },
      ],
    });
    await hooks.world.delete(`${endpoints}/${id}`, hooks.admin);
  });

  it('never listens is given up, and can be told again by hand', async () => {
    hooks.receiver.answer('/deaf', 404, { status: 503, headers: { 'retry-after': '1' } }, 'garbage', 200);
    const { id } = await hooks.add('/deaf', { event_types: ['job.running'] });
    const eventId = await hooks.happen({ type: 'job.running' });
    const delivery = await hooks.ended(id);
    expect(delivery).toMatchObject({ state: 'failed', reason: 'exhausted', event_id: eventId });
    expect(delivery.attempts.map(({ failure }: { failure: string }) => failure)).toEqual([
      ...['status', 'status', 'bad_answer'],
    ]);
    const again = await hooks.post(`${endpoints}/${id}/deliveries/${delivery.id}/redeliver`);
    expect(again).toMatchObject({ status: 200, body: { state: 'pending', cause: 'redelivery', event_id: eventId } });
    expect(await hooks.ended(id)).toMatchObject({ id: again.body.id, state: 'delivered', event_id: eventId });
    const [one] = (await hooks.get(`${endpoints}/${id}/deliveries?state=failed`)).body.data;
    expect(one).toMatchObject({ id: delivery.id });
    await hooks.world.delete(`${endpoints}/${id}`, hooks.admin);
  });

  it('redirects is not followed', async () => {
    hooks.receiver.answer('/moved', { status: 307, headers: { location: `${hooks.receiver.origin}/inside` } });
    const { id } = await hooks.add('/moved');
    await hooks.post(`${endpoints}/${id}/test`);
    expect(await hooks.ended(id)).toMatchObject({ state: 'failed', attempts: [{ status: 307, failure: 'redirect' }] });
    expect(hooks.receiver.at('/inside')).toEqual([]);
    await hooks.world.delete(`${endpoints}/${id}`, hooks.admin);
  });

  it('answers without end has taken it, and is not read', async () => {
    hooks.receiver.answer('/endless', 'endless');
    const { id } = await hooks.add('/endless');
    await hooks.post(`${endpoints}/${id}/test`);
    expect(await hooks.ended(id)).toMatchObject({ state: 'delivered', event_type: 'webhook.test', cause: 'test' });
    await hooks.world.delete(`${endpoints}/${id}`, hooks.admin);
  });

  it('is gone is disabled, of which the others are told', async () => {
    hooks.receiver.answer('/gone', 410);
    const watcher = await hooks.add('/watcher', { event_types: ['webhook_endpoint.*'] });
    const { id } = await hooks.add('/gone', { event_types: ['job.expired'] });
    await hooks.happen({ type: 'job.expired' });
    expect(await hooks.ended(id)).toMatchObject({ state: 'failed', reason: 'gone', attempts: [{ status: 410 }] });
    expect((await hooks.get(`${endpoints}/${id}`)).body).toMatchObject({ enabled: false, disabled_reason: 'gone' });
    const [told] = await hooks.received('/watcher');
    expect(JSON.parse(told?.body ?? '')).toMatchObject({
      type: 'webhook_endpoint.disabled',
      data: { id, reason: 'gone' },
    });
    // It is told nothing more, until somebody says that it is back.
    await hooks.happen({ type: 'job.expired' });
    await hooks.ended(watcher.id);
    expect(await hooks.deliveries(id)).toHaveLength(1);
    hooks.receiver.answer('/gone', 200);
    await hooks.post(`${endpoints}/${id}`, { enabled: true });
    await hooks.happen({ type: 'job.expired' });
    await hooks.received('/gone', 2);
    for (const one of [id, watcher.id]) await hooks.world.delete(`${endpoints}/${one}`, hooks.admin);
  });
});

describe('an endpoint', () => {
  it('that is deleted is told nothing of what was on its way', async () => {
    hooks.receiver.answer('/deleted', 500);
    const { id } = await hooks.add('/deleted', { event_types: ['job.canceled'] });
    await hooks.happen({ type: 'job.canceled' });
    await hooks.received('/deleted');
    expect((await hooks.world.delete(`${endpoints}/${id}`, hooks.admin)).status).toBe(200);
    const state = async () =>
      (await hooks.world.rows<object>('SELECT state, reason FROM webhooks.deliveries WHERE endpoint_id = $1', [id]))[0];
    expect(await state()).toEqual({ state: 'canceled', reason: 'endpoint_deleted' });
    expect(await hooks.get(`${endpoints}/${id}/deliveries`)).toMatchObject({ status: 404 });
  });

  it('signs with both secrets while a rotation overlaps', async () => {
    const { id, secret } = await hooks.add('/rotated');
    const { body } = await hooks.post(`${endpoints}/${id}/rotate`);
    expect(body.secrets).toHaveLength(2);
    expect(body.secret).not.toBe(secret);
    await hooks.post(`${endpoints}/${id}/test`);
    const [first] = await hooks.received('/rotated');
    for (const each of [secret, body.secret]) expect(verified(each, first!)).toMatchObject({ type: 'webhook.test' });
    const last = (await hooks.post(`${endpoints}/${id}/rotate`, { overlap_seconds: 0 })).body;
    expect(last.secrets).toHaveLength(1);
    await hooks.post(`${endpoints}/${id}/test`);
    const [, second] = await hooks.received('/rotated', 2);
    for (const each of [secret, body.secret]) expect(() => verified(each, second!)).toThrow();
    expect(verified(last.secret, second!)).toMatchObject({ type: 'webhook.test' });
    await hooks.world.delete(`${endpoints}/${id}`, hooks.admin);
  });

  it('that is slow holds up no other', async () => {
    hooks.receiver.answer('/slow', 'hold');
    const slow = await hooks.add('/slow', { event_types: ['budget.exhausted'] });
    const quick = await hooks.add('/quick', { event_types: ['budget.exhausted'] });
    for (let count = 0; count < 12; count += 1) await hooks.happen({ type: 'budget.exhausted' });
    await hooks.received('/quick', 12);
    // As many as one endpoint may have on their way.
    await expect.poll(() => hooks.receiver.at('/slow').length, soon).toBe(8);
    hooks.receiver.answer('/slow', 200);
    hooks.receiver.release();
    await hooks.received('/slow', 12);
    for (const one of [slow.id, quick.id]) await hooks.world.delete(`${endpoints}/${one}`, hooks.admin);
  });
});
