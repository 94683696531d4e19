import { beforeAll, describe, expect, it } from 'vitest';
import { keyMarkOf } from '../fake-vendor/http-helpers.js';
import { createOrganization, type TestOrganization } from '../support/organization.js';
import { type Answer, anthropicModel, nanoOf, openaiModel, type Parsed, says, useWorld } from './world.js';

// Accounts at vendors that organisations bring, and those of the operator: whom they serve, and who pays.

const world = useWorld({ beside: true });
/** A change reaches every process within a second; a slow machine may take longer to ask than that. */
const soon = { timeout: 10_000, interval: 20 };
const own = '/v1/organization/credentials';
const operators = '/v1/operator/credentials';
let other: TestOrganization;

beforeAll(async () => {
  other = await createOrganization(world.database, world.gateway);
});

const adminOf = (organization?: TestOrganization) => ({ apiKey: organization?.adminKey ?? world.gateway.adminKey });
const add = async (body: object, organization?: TestOrganization, path = own): Promise<Parsed> => {
  const answer = await world.post(path, { vendor: 'openai', name: 'tested', ...body }, adminOf(organization));
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
};
const remove = async ({ id }: Parsed, organization?: TestOrganization, path = own): Promise<void> => {
  expect((await world.delete(`${path}/${id}`, adminOf(organization))).status).toBe(200);
  expect((await world.get(`${path}/${id}`, adminOf(organization))).status).toBe(404);
};
/** The same, until the gateway has heard of it, so that the next test begins without. */
const removeEverywhere = async (credential: Parsed, organization?: TestOrganization, path = own): Promise<void> => {
  await remove(credential, organization, path);
  const used = 'SELECT 1 FROM requests.attempts WHERE request_id = $1 AND credential_id = $2';
  const uses = async () => world.rows(used, [(await ask(organization)).requestId, credential.id]);
  await expect.poll(uses, soon).toEqual([]);
};
const ask = (organization?: TestOrganization, gateway = world.gateway, model = openaiModel) =>
  world.ask(
    { model, messages: says('Hello'), max_tokens: 20 },
    { gateway, ...(organization && { apiKey: organization.apiKey }) },
  );
/** The marks of the keys that the vendor was asked with, in turn. */
const marks = async (): Promise<readonly string[]> => (await world.vendor.log()).map(({ keyMark }) => keyMark);
const record = async (requestId: string): Promise<Parsed> => {
  const [row] = await world.rows(
    'SELECT cost, upstream_cost, held, is_byok, credential_id FROM usage.records WHERE request_id = $1',
    [requestId],
  );
  return row;
};
/** The answer of an ask that is repeated until the processes have heard of a change. */
const served = async (organization: TestOrganization | undefined, by: string, gateway = world.gateway) => {
  let answer: Answer | undefined;
  await expect
    .poll(async () => {
      answer = await ask(organization, gateway);
      return (await marks()).at(-1);
    }, soon)
    .toBe(keyMarkOf(by));
  return answer!;
};

describe("an organisation's own credential", () => {
  it('serves its requests in every process within a second, and charges nothing', async () => {
    expect((await ask(other)).status).toBe(402);
    const credential = await add({ secret: { api_key: 'sk-own-of-the-other-1234' } }, other);
    expect(credential).toMatchObject({
      hint: '1234',
      kind: 'api_key',
      enabled: true,
      weight: 100,
      fallback: 'operator',
    });
    for (const gateway of [world.gateway, world.other]) {
      const { body, requestId, status } = await served(other, 'sk-own-of-the-other-1234', gateway);
      expect(status).toBe(200);
      const { prompt_tokens: input, completion_tokens: output } = body.usage;
      const listed = 150n * BigInt(input) + 600n * BigInt(output);
      expect(body.usage).toMatchObject({ cost: 0, is_byok: true });
      expect(nanoOf(body.usage.cost_details.upstream_inference_cost)).toBe(listed);
      await world.ended(requestId);
      const byok = { cost: 0n, upstream_cost: listed, held: 0n, is_byok: true, credential_id: credential.id };
      expect(await record(requestId)).toEqual(byok);
    }
    const streamed = await world.stream(
      { model: openaiModel, messages: says('Hi'), stream_options: { include_usage: true } },
      { apiKey: other.apiKey },
    );
    expect((await streamed.rest()).map(({ data }) => data).join('\n')).toContain('"is_byok":true');
    await removeEverywhere(credential, other);
    await expect.poll(async () => (await ask(other, world.other)).status, soon).toBe(402);
  });

  it("never serves another organisation, whose requests are charged at the operator's account", async () => {
    const credential = await add({ secret: { api_key: 'sk-own-of-the-other-5678' } }, other);
    await served(other, 'sk-own-of-the-other-5678');
    await world.vendor.reset();
    for (let round = 0; round < 5; round += 1) {
      const { body, requestId } = await ask();
      expect(body.usage.cost).toBeGreaterThan(0);
      expect(body.usage.is_byok).toBeUndefined();
      await world.ended(requestId);
      const { cost, upstream_cost: upstream, is_byok: isByok } = await record(requestId);
      expect({ cost, isByok }).toEqual({ cost: upstream, isByok: false });
    }
    expect(new Set(await marks())).toEqual(new Set([keyMarkOf('sk-fake-openai')]));
    for (const answer of [
      await world.get(`${own}/${credential.id}`, adminOf()),
      await world.post(`${own}/${credential.id}`, { weight: 2 }, adminOf()),
      await world.post(`${own}/${credential.id}/verify`, {}, adminOf()),
      await world.delete(`${own}/${credential.id}`, adminOf()),
      await world.get(`${operators}/${credential.id}`, adminOf()),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'credential_not_found' } } });
    }
    expect((await world.get(own, adminOf())).body.data).toEqual([]);
    await removeEverywhere(credential, other);
  });

  it('serves the project that it is for, and no other one', async () => {
    const [mine, others] = [await world.createProject(), await world.createProject()];
    const credential = await add({ secret: { api_key: 'sk-own-of-project-1' }, project_id: mine.id });
    const asking = (apiKey: string) =>
      world.ask({ model: openaiModel, messages: says('Hello'), max_tokens: 20 }, { apiKey });
    await expect.poll(async () => (await asking(mine.apiKey)).body.usage?.is_byok, soon).toBe(true);
    expect((await asking(others.apiKey)).body.usage.is_byok).toBeUndefined();
    const listed = await world.get(`${own}?project_id=${mine.id}`, adminOf());
    expect(listed.body.data).toMatchObject([{ id: credential.id, project_id: mine.id }]);
    expect((await world.get(`${own}?project_id=${others.id}`, adminOf())).body.data).toEqual([]);
    await removeEverywhere(credential);
  });

  it("falls back to the operator's, which is charged, unless it says never", async () => {
    const credential = await add({ secret: { api_key: 'sk-revoked-one' } });
    await expect
      .poll(async () => {
        await world.vendor.reset();
        await ask();
        return marks();
      }, soon)
      .toEqual([keyMarkOf('sk-revoked-one'), keyMarkOf('sk-fake-openai')]);
    const { body, requestId } = await ask();
    expect(body.usage.cost).toBeGreaterThan(0);
    await world.ended(requestId);
    expect(await record(requestId)).toMatchObject({ is_byok: false, credential_id: null });
    await world.post(`${own}/${credential.id}`, { fallback: 'never' }, adminOf());
    await expect.poll(async () => (await ask()).body.error?.code, soon).toBe('vendor_credential_refused');
    await removeEverywhere(credential);
  });

  it('goes last for the rest of the minute once its limit is reached', async () => {
    const credential = await add({ secret: { api_key: 'sk-limited-to-one' }, tokens_per_minute: 1 });
    expect(credential).toMatchObject({ tokens_per_minute: 1, requests_per_minute: null });
    await served(undefined, 'sk-limited-to-one');
    await expect.poll(async () => (await ask()).body.usage.cost, soon).toBeGreaterThan(0);
    const raised = await world.post(`${own}/${credential.id}`, { tokens_per_minute: null }, adminOf());
    expect(raised.body).toMatchObject({ tokens_per_minute: null });
    await served(undefined, 'sk-limited-to-one');
    await removeEverywhere(credential);
  });

  it('makes the models of its vendor callable, for its own organisation alone', async () => {
    const idsFor = async (apiKey: string): Promise<readonly string[]> =>
      (await world.get('/v1/models', { apiKey })).body.data.map(({ id }: Parsed) => id);
    const isGroq = (id: string) => id.startsWith('groq/');
    expect((await idsFor(other.apiKey)).some(isGroq)).toBe(false);
    const credential = await add({ vendor: 'groq', secret: { api_key: 'gsk-own-of-the-other' } }, other);
    await expect.poll(async () => (await idsFor(other.apiKey)).some(isGroq), soon).toBe(true);
    expect((await idsFor(world.gateway.apiKey)).some(isGroq)).toBe(false);
    const refused = await ask(undefined, world.gateway, 'groq/llama-3.3-70b-versatile');
    expect(refused).toMatchObject({ status: 404, body: { error: { code: 'model_not_found' } } });
    await removeEverywhere(credential, other);
  });
});

describe("an operator's credential", () => {
  it('serves every organisation, and is charged', async () => {
    const first = await ask();
    expect(first.status).toBe(200);
    const credential = await add({ secret: { api_key: 'sk-operators-second' }, weight: 1000 }, undefined, operators);
    const { body, requestId } = await served(undefined, 'sk-operators-second');
    expect(body.usage.cost).toBeGreaterThan(0);
    await world.ended(requestId);
    expect(await record(requestId)).toMatchObject({ is_byok: false });
    await expect.poll(async () => (await ask(other)).status, soon).toBe(402);
    await removeEverywhere(credential, undefined, operators);
  });

  it('is nobody else’s to see or to set', async () => {
    for (const answer of [
      await world.get(operators, adminOf(other)),
      await world.post(operators, { vendor: 'openai', name: 'x', secret: { api_key: 'sk-1' } }, adminOf(other)),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } });
    }
  });
});

describe('a credential', () => {
  it('is verified by the vendor, free of charge', async () => {
    for (const [vendor, secret, status] of [
      ['openai', 'sk-good-one-1234', 'valid'],
      ['openai', 'sk-revoked-one', 'invalid'],
      ['anthropic', 'sk-ant-good-1234', 'valid'],
      ['anthropic', 'sk-ant-revoked', 'invalid'],
    ] as const) {
      const credential = await add({ vendor, secret: { api_key: secret } }, other);
      const verified = await world.post(`${own}/${credential.id}/verify`, {}, adminOf(other));
      expect(verified.body.verification, JSON.stringify(verified.body)).toMatchObject({ status });
      expect(JSON.stringify(verified.body)).not.toContain(secret);
      await remove(credential, other);
    }
    expect(await world.vendor.log()).toEqual([]);
  });

  it('is never shown, and every change of it is in the audit log without its secret', async () => {
    const secrets = ['sk-first-secret-0001', 'sk-second-secret-0002'];
    const credential = await add({ secret: { api_key: secrets[0] } }, other);
    const path = `${own}/${credential.id}`;
    const changed = await world.post(path, { secret: { api_key: secrets[1] }, weight: 7 }, adminOf(other));
    expect(changed.body).toMatchObject({ hint: '0002', weight: 7 });
    await remove(credential, other);
    const log = await world.get(`/v1/organization/audit_logs?resource_ids[]=${credential.id}`, adminOf(other));
    const types = log.body.data.map(({ type }: Parsed) => type);
    expect(types).toEqual(['credential.deleted', 'credential.updated', 'credential.created']);
    for (const secret of secrets) expect(JSON.stringify([credential, changed.body, log.body])).not.toContain(secret);
    const left = 'SELECT secret, wrapped_key FROM credentials.credentials WHERE id = $1';
    expect(await world.rows(left, [credential.id])).toEqual([{ secret: null, wrapped_key: null }]);
  });

  it.each([
    ['a vendor that there is not', { vendor: 'opnai' }, 'vendor', 'openai'],
    ['a kind of another vendor', { kind: 'aws' }, 'kind', 'api_key'],
    ['no secret', { secret: {} }, 'secret.api_key', 'missing'],
    ['an unknown field', { secret: { api_key: 'sk-1', token: 'x' } }, 'secret', 'api_key'],
    ['a secret with a line break', { secret: { api_key: 'sk-1\n' } }, 'secret.api_key', 'printable'],
    ['a plain address', { settings: { base_url: 'http://10.0.0.1/v1' } }, 'settings.base_url', 'https'],
    ['no address', { vendor: 'vllm' }, 'settings.base_url', 'vllm'],
    ['a weight beyond', { weight: 1001 }, 'weight', '1000'],
    ['a project that there is not', { project_id: 'proj_none' }, 'project_id', ''],
  ])('is refused for %s, with the field and what to do', async (_name, body, param, hint) => {
    const whole = { vendor: 'openai', name: 'x', secret: { api_key: 'sk-not-to-be-told' }, ...body };
    const { status, body: answer } = await world.post(own, whole, adminOf(other));
    expect(answer.error).toMatchObject({ param });
    expect(status).toBe(param === 'project_id' ? 404 : 400);
    expect(answer.error.message).toContain(hint);
    expect(answer.error.message).not.toContain('sk-');
  });

  it.each(['https://127.0.0.1:1/v1', 'https://localhost:1/v1', 'https://169.254.169.254/v1', 'https://[::1]:1/v1'])(
    'of an organisation is not sent to the operator’s own network: %s',
    async (address) => {
      const credential = await add({ secret: { api_key: 'sk-1' }, settings: { base_url: address } }, other);
      const { body } = await world.post(`${own}/${credential.id}/verify`, {}, adminOf(other));
      expect(body.verification).toMatchObject({ status: 'unreachable', failure_class: 'connection' });
      await remove(credential, other);
    },
  );

  it('may not serve another organisation by the database either', async () => {
    const credential = await add({ secret: { api_key: 'sk-1' } }, other);
    const may = async (organizationId: string, projectId: string) =>
      (
        await world.rows<{ may: boolean }>('SELECT credentials.may_serve($1, $2, $3) AS may', [
          ...[credential.id, organizationId, projectId],
        ])
      )[0]?.may;
    expect(await may(other.id, other.projectId)).toBe(true);
    expect(await may('org_local', 'proj_local')).toBe(false);
    const steal = `UPDATE credentials.credentials SET organization_id = 'org_local', version = version + 1 WHERE id = $1`;
    await world.rows(steal, [credential.id]);
    // A row that was handed to another by hand does not decrypt, so that the request goes on without it.
    const { body } = await ask();
    expect(body.usage.is_byok).toBeUndefined();
    await world.rows('DELETE FROM credentials.credentials WHERE id = $1', [credential.id]);
  });
});

describe('the account of the environment', () => {
  it('goes on serving what no credential is for', async () => {
    expect((await ask(undefined, world.gateway, anthropicModel)).status).toBe(200);
  });
});
