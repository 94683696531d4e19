import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Parsed, useWorld } from '../gateway/world.js';
import { expectNoSecrets } from '../support/no-secrets.js';
import { createOrganization, type TestOrganization } from '../support/organization.js';

// The management of webhook endpoints, on a gateway as it comes: nothing private, nothing without TLS.

// Faults of our own are what one of these tests provokes.
const world = useWorld({ env: { SLUICE_LOG_LEVEL: 'fatal' } });
const path = '/v1/organization/webhook_endpoints';
/** A name that nobody can ever have (RFC 2606): what goes there goes nowhere. */
const url = 'https://receiver.invalid/hooks';
let other: TestOrganization;
beforeAll(async () => {
  other = await createOrganization(world.database, world.gateway);
});
const admin = () => ({ apiKey: world.gateway.adminKey });
const create = (body: object): Promise<Answer> => world.post(path, body, admin());
const made = async (body: object = {}): Promise<Parsed> => {
  const answer = await create({ url, ...body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
};

describe('an address', () => {
  it.each([
    ['url', { url: 'http://example.com/hooks' }, /https:\/\//],
    ['url', { url: 'https://127.0.0.1/hooks' }, /private network/],
    ['url', { url: 'https://0x7f.1/hooks' }, /private network/],
    ['url', { url: 'https://[::1]/hooks' }, /private network/],
    ['url', { url: 'https://169.254.169.254/latest/meta-data' }, /private network/],
    ['url', { url: 'https://localhost/hooks' }, /private network/],
    ['url', { url: 'https://user:secret@example.com/hooks' }, /credentials/],
    ['url', { url: `https://example.com/${'a'.repeat(2_050)}` }, /longer than 2048/],
    ['url', { url: 'example.com' }, /no https URL/],
    ['url', { url: 5 }, /string/],
    ['url', { url: '' }, /./],
    ['event_types[0]', { url, event_types: ['job.done'] }, /job\.succeeded/],
    ['event_types', { url, event_types: [] }, /./],
    ['payload', { url, payload: 'fat' }, /thin/],
    ['secret', { url, secret: 'whsec_mine' }, /./],
    ['project_id', { project_id: 'proj_1' }, /'url'/],
  ])('that is wrong is refused with what is wrong and where: %s (%#)', async (param, body, message) => {
    const answer = await create(body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param } } });
    expect(answer.body.error.message).toMatch(message);
    expect(answer.body.error.message).not.toContain('secret@');
  });

  it('of a project that is not there is refused', async () => {
    expect(await create({ url, project_id: other.projectId })).toMatchObject({
      ...{ status: 404, body: { error: { code: 'project_not_found', param: 'project_id' } } },
    });
  });

  it('is checked when it is changed, too', async () => {
    const { id } = await made();
    const answer = await world.post(`${path}/${id}`, { url: 'https://10.0.0.1/' }, admin());
    expect(answer).toMatchObject({ status: 400, body: { error: { param: 'url' } } });
    expect((await world.get(`${path}/${id}`, admin())).body).toMatchObject({ url });
  });
});

describe('an endpoint', () => {
  it('is made, shown without its secret, changed, and deleted with its secrets', async () => {
    const { secret, ...shown } = await made({ description: 'Ours', event_types: ['job.*', 'job.*'], payload: 'full' });
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(shown).toMatchObject({
      ...{ object: 'webhook_endpoint', url, description: 'Ours', project_id: null, event_types: ['job.*'] },
      ...{ payload: 'full', enabled: true, disabled_reason: null, secrets: [{ expires_at: null }] },
    });
    expect((await world.get(`${path}/${shown.id}`, admin())).body).toEqual(shown);
    expect((await world.get(path, admin())).body.data).toContainEqual(shown);
    const change = { event_types: null, payload: 'thin', enabled: false, description: '' };
    expect((await world.post(`${path}/${shown.id}`, change, admin())).body).toMatchObject({
      ...{ ...change, url, disabled_reason: 'manual' },
    });
    const none = await world.post(`${path}/${shown.id}`, {}, admin());
    expect(none.body).toMatchObject({ enabled: false, disabled_reason: 'manual', event_types: null });
    expect((await world.delete(`${path}/${shown.id}`, admin())).body).toMatchObject({ deleted: true });
    expect(await world.get(`${path}/${shown.id}`, admin())).toMatchObject({ status: 404 });
    expect(await world.rows('SELECT id FROM webhooks.secrets WHERE endpoint_id = $1', [shown.id])).toEqual([]);
  });

  it('is nobody else’s to see, change, test or tell again', async () => {
    const { id } = await made();
    const theirs = { apiKey: other.adminKey };
    const answers = [
      await world.get(`${path}/${id}`, theirs),
      await world.post(`${path}/${id}`, { enabled: false }, theirs),
      await world.post(`${path}/${id}/rotate`, {}, theirs),
      await world.post(`${path}/${id}/test`, {}, theirs),
      await world.get(`${path}/${id}/deliveries`, theirs),
      await world.get(`${path}/${id}/deliveries/whd_1`, theirs),
      await world.post(`${path}/${id}/deliveries/whd_1/redeliver`, {}, theirs),
      await world.delete(`${path}/${id}`, theirs),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'webhook_endpoint_not_found' } } });
    }
    expect((await world.get(path, theirs)).body.data).toEqual([]);
    expect(await world.get(`${path}/${id}/deliveries/whd_1`, admin())).toMatchObject({
      ...{ status: 404, body: { error: { code: 'webhook_delivery_not_found' } } },
    });
  });

  it('leaves each change in the audit log, and no secret', async () => {
    const { id, secret } = await made({ description: 'Audited' });
    await world.post(`${path}/${id}`, { enabled: false }, admin());
    const rotated = (await world.post(`${path}/${id}/rotate`, {}, admin())).body;
    await world.post(`${path}/${id}/test`, {}, admin());
    const [delivery] = (await world.get(`${path}/${id}/deliveries`, admin())).body.data;
    await world.post(`${path}/${id}/deliveries/${delivery.id}/redeliver`, {}, admin());
    await world.delete(`${path}/${id}`, admin());
    const { data } = (await world.get(`/v1/organization/audit_logs?resource_ids[]=${id}&limit=100`, admin())).body;
    expect(data.map(({ type }: Parsed) => type).toSorted()).toEqual(
      ['created', 'updated', 'rotated', 'tested', 'redelivered', 'deleted']
        .map((verb) => `webhook_endpoint.${verb}`)
        .toSorted(),
    );
    for (const { before, after } of data) for (const shown of [before, after]) expectNoSecrets(shown ?? undefined);
    for (const each of [secret, rotated.secret]) expect(JSON.stringify(data)).not.toContain(each);
  });

  it('whose secret was moved to another in the database signs nothing', async () => {
    const [one, two] = [await made(), await made()];
    await world.rows('DELETE FROM webhooks.secrets WHERE endpoint_id = $1', [two.id]);
    await world.rows('UPDATE webhooks.secrets SET endpoint_id = $2 WHERE endpoint_id = $1', [one.id, two.id]);
    await world.post(`${path}/${two.id}/test`, {}, admin());
    const last = async () => (await world.get(`${path}/${two.id}/deliveries`, admin())).body.data.at(-1);
    await expect.poll(async () => (await last()).state, { timeout: 20_000 }).toBe('failed');
    expect((await last()).attempts).toMatchObject([{ status: null, failure: 'internal' }]);
  });
});

it('an organisation has room for fifty endpoints', async () => {
  const theirs = { apiKey: other.adminKey };
  const answers = [];
  for (let count = 0; count < 51; count += 1) answers.push(await world.post(path, { url }, theirs));
  expect(answers.slice(0, 50).map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  expect(answers[50]).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
});
