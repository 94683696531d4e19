import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';

// OpenAI's own Node client, unchanged, at the administration of projects, their keys and their service accounts.

let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  gateway = await startTestGateway({ env: { SLUICE_LOG_LEVEL: 'error' } });
  client = new OpenAI({
    baseURL: gateway.baseUrl,
    apiKey: gateway.apiKey,
    adminAPIKey: gateway.adminKey,
    maxRetries: 0,
  });
}, 180_000);
afterAll(async () => {
  await gateway?.close();
}, 60_000);

const projects = () => client.admin.organization.projects;

/** OpenAI's API makes keys on its website only. */
const createKey = (projectId: string, name: string) =>
  client.post<{ readonly id: string; readonly value: string }>(`/organization/projects/${projectId}/api_keys`, {
    ...{ body: { name }, headers: { authorization: `Bearer ${gateway.adminKey}` } },
  });

const isLetIn = (caller: OpenAI): Promise<boolean> =>
  caller.models.list().then(
    () => true,
    (error: unknown) => !(error instanceof AuthenticationError),
  );

const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};

describe("OpenAI's Node client", () => {
  it('makes, changes, archives and lists projects, page by page', async () => {
    const made = [];
    for (let number = 1; number <= 5; number += 1) made.push(await projects().create({ name: `project ${number}` }));
    expect(made[0]).toMatchObject({ object: 'organization.project', status: 'active', archived_at: null });
    expect(await projects().update(made[0]!.id, { name: 'renamed' })).toMatchObject({ name: 'renamed' });
    expect(await projects().retrieve(made[0]!.id)).toMatchObject({ id: made[0]!.id, name: 'renamed' });
    const archived = await projects().archive(made[4]!.id);
    expect(archived).toMatchObject({ status: 'archived', archived_at: expect.any(Number) });

    const open = ['proj_local', ...made.slice(0, 4).map(({ id }) => id)];
    expect((await collect(projects().list({ limit: 2 }))).map(({ id }) => id)).toEqual(open);
    const all = await collect(projects().list({ limit: 3, include_archived: true }));
    expect(all.map(({ id }) => id)).toEqual([...open, archived.id]);
    const page = await projects().list({ limit: 2, after: made[0]!.id });
    expect(page.data.map(({ id }) => id)).toEqual([made[1]!.id, made[2]!.id]);
    expect([page.has_more, page.last_id]).toEqual([true, made[2]!.id]);
  });

  it('lists, shows and deletes keys, page by page', async () => {
    const { id: projectId } = await projects().create({ name: 'keys' });
    const made = [];
    for (let number = 1; number <= 4; number += 1) made.push(await createKey(projectId, `key ${number}`));
    const listed = await collect(projects().apiKeys.list(projectId, { limit: 3 }));
    expect(listed.map(({ name }) => name)).toEqual(['key 1', 'key 2', 'key 3', 'key 4']);
    expect(JSON.stringify(listed)).not.toContain(made[0]!.value);
    const [first] = made;
    const shown = await projects().apiKeys.retrieve(first!.id, { project_id: projectId });
    expect(shown).toMatchObject({
      ...{ object: 'organization.project.api_key', last_used_at: null, owner_project_access: 'active' },
      redacted_value: `sk-sluice-…${first!.value.slice(-4)}`,
    });
    expect(shown.owner.type).toBeUndefined();
    const caller = new OpenAI({ baseURL: gateway.baseUrl, apiKey: first!.value, maxRetries: 0 });
    expect((await caller.models.list()).data.length).toBeGreaterThan(0);
    const deleted = await projects().apiKeys.delete(first!.id, { project_id: projectId });
    expect(deleted).toEqual({ object: 'organization.project.api_key.deleted', id: first!.id, deleted: true });
    await expect.poll(() => isLetIn(caller)).toBe(false);
  });

  it('makes service accounts with keys that work until the account is deleted', async () => {
    const { id: projectId } = await projects().create({ name: 'machines' });
    const { serviceAccounts, apiKeys } = projects();
    const made = await serviceAccounts.create(projectId, { name: 'ci' });
    expect(made).toMatchObject({
      ...{ object: 'organization.project.service_account', name: 'ci', role: 'member' },
      api_key: { object: 'organization.project.service_account.api_key', value: expect.stringMatching(/^sk-/) },
    });
    const bare = await serviceAccounts.create(projectId, { name: 'bare', create_service_account_only: true });
    expect(bare.api_key).toBeNull();
    const key = await serviceAccounts.apiKeys.create(bare.id, { project_id: projectId });
    const caller = new OpenAI({ baseURL: gateway.baseUrl, apiKey: key.value, maxRetries: 0 });
    expect((await caller.models.list()).data.length).toBeGreaterThan(0);
    const owned = await apiKeys.retrieve(key.id, { project_id: projectId });
    expect(owned.owner).toMatchObject({ type: 'service_account', service_account: { id: bare.id, name: 'bare' } });

    const renamed = await serviceAccounts.update(bare.id, { project_id: projectId, name: 'renamed', role: 'owner' });
    expect(renamed).toMatchObject({ name: 'renamed', role: 'owner' });
    expect(await serviceAccounts.retrieve(bare.id, { project_id: projectId })).toEqual(renamed);
    const listed = await collect(serviceAccounts.list(projectId, { limit: 1 }));
    expect(listed.map(({ id }) => id)).toEqual([made.id, bare.id]);
    const deleted = await serviceAccounts.delete(bare.id, { project_id: projectId });
    expect(deleted).toEqual({ object: 'organization.project.service_account.deleted', id: bare.id, deleted: true });
    await expect.poll(() => isLetIn(caller)).toBe(false);
  });

  it('gets errors that it knows', async () => {
    await expect(projects().retrieve('proj_nobody')).rejects.toThrow(NotFoundError);
    const keyless = projects().apiKeys.retrieve('key_nobody', { project_id: 'proj_local' });
    await expect(keyless).rejects.toThrow(NotFoundError);
    await expect(projects().list({ after: 'proj_nobody' })).rejects.toThrow(BadRequestError);
    await expect(projects().create({ name: '' })).rejects.toMatchObject({ code: 'invalid_request', param: 'name' });
  });
});
