import OpenAI, { APIError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';

// OpenAI's own Node client, unchanged, manages the people of an organisation.

type Organization = OpenAI['admin']['organization'];

let gateway: TestGateway;
let organization: Organization;
let projectId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = clientOf(gateway.adminKey);
  projectId = (await organization.projects.create({ name: 'People' })).id;
}, 180_000);
afterAll(() => gateway?.close(), 60_000);

function clientOf(adminAPIKey: string): Organization {
  return new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, adminAPIKey, maxRetries: 0 }).admin
    .organization;
}

interface Accepted {
  readonly user: { readonly id: string; readonly email: string; readonly role: string };
  readonly api_key: { readonly value: string; readonly id: string };
}

const accept = (body: unknown): Promise<Response> =>
  fetch(`${gateway.baseUrl}/organization/invites/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function join(email: string, role: 'owner' | 'reader' = 'reader'): Promise<Accepted> {
  const invite = await organization.invites.create({ email, role, projects: [{ id: projectId, role: 'member' }] });
  const answer = await accept({ token: (invite as unknown as { token: string }).token, name: 'Newcomer' });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Accepted;
}

async function gather<T extends { readonly id: string }>(pages: AsyncIterable<T>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const item of pages) ids.push(item.id);
  return ids;
}

const refusal = async (work: PromiseLike<unknown>): Promise<unknown> => {
  const error = await Promise.resolve(work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof APIError ? `${error.status} ${error.code} ${error.param ?? ''}`.trim() : error;
};

describe('people', () => {
  it('are invited, come, and are listed page by page', async () => {
    const joined: Accepted[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) joined.push(await join(` ${name.toUpperCase()}@Pages.example.com `));
    const ids = joined.map(({ user }) => user.id);
    expect(joined[0]?.user).toMatchObject({ email: 'a@pages.example.com', role: 'viewer' });
    expect(await gather(organization.users.list({ limit: 2 }))).toEqual(expect.arrayContaining(ids));
    const emails = ['E@pages.example.com', 'a@pages.example.com'];
    expect(await gather(organization.users.list({ limit: 1, emails }))).toEqual([ids[0], ids[4]]);
    expect(await gather(organization.users.list({ emails: ['a@pages.example.com'] }))).toEqual([ids[0]]);
    const inProject = await gather(organization.projects.users.list(projectId, { limit: 2 }));
    expect(inProject.filter((id) => ids.includes(id))).toEqual(ids);
    const invites = await gather(organization.invites.list({ limit: 2 }));
    expect(new Set(invites).size).toBe(invites.length);
    expect(invites.length).toBeGreaterThanOrEqual(5);
  });

  it('get another role, and go with their keys', async () => {
    const { user, api_key: key } = await join('leaver@example.com');
    expect(await organization.users.update(user.id, { role: 'member' })).toMatchObject({ id: user.id, role: 'member' });
    const found = await organization.users.retrieve(user.id);
    expect(found).toMatchObject({
      object: 'organization.user',
      email: 'leaver@example.com',
      projects: { data: [{ id: projectId, role: 'member' }] },
    });
    expect((await clientOf(key.value).users.retrieve(user.id)).id).toBe(user.id);
    const deleted = { id: user.id, object: 'organization.user.deleted', deleted: true };
    expect(await organization.users.delete(user.id)).toEqual(deleted);
    expect(await refusal(organization.users.retrieve(user.id))).toBe('404 user_not_found');
    await expect
      .poll(() => refusal(clientOf(key.value).users.retrieve(user.id)), { timeout: 5_000 })
      .toBe('401 revoked_api_key');
  });

  it('have roles in projects', async () => {
    const { users } = organization.projects;
    const { user } = await join('builder@example.com');
    const place = { project_id: projectId };
    expect(await users.update(user.id, { ...place, role: 'owner' })).toMatchObject({ role: 'owner' });
    expect(await users.retrieve(user.id, place)).toMatchObject({ object: 'organization.project.user', role: 'owner' });
    const deleted = { id: user.id, object: 'organization.project.user.deleted', deleted: true };
    expect(await users.delete(user.id, place)).toEqual(deleted);
    expect(await refusal(users.retrieve(user.id, place))).toBe('404 user_not_found');
    const added = await users.create(projectId, { email: 'Builder@example.com', role: 'member' });
    expect(added).toMatchObject({ id: user.id, role: 'member' });
    expect((await users.create(projectId, { user_id: user.id, role: 'owner' })).role).toBe('owner');
  });
});

it('an invitation is looked up and taken back', async () => {
  const { id } = await organization.invites.create({ email: 'late@example.com', role: 'reader' });
  const found = await organization.invites.retrieve(id);
  expect(found).toMatchObject({ object: 'organization.invite', status: 'pending', role: 'viewer', projects: [] });
  expect(found).not.toHaveProperty('token');
  expect(await organization.invites.delete(id)).toEqual({ id, object: 'organization.invite.deleted', deleted: true });
  await expect(organization.invites.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
});

it('admin keys are made, used, rotated and revoked', async () => {
  const keys = organization.adminAPIKeys;
  const made = await keys.create({ name: 'deploys', expires_in_seconds: 3_600 });
  expect(made.object).toBe('organization.admin_api_key');
  expect((made.expires_at ?? 0) - made.created_at).toBe(3_600);
  const found = await keys.retrieve(made.id);
  expect(found).toMatchObject({ name: 'deploys', redacted_value: expect.stringContaining(made.value.slice(-4)) });
  expect(JSON.stringify(found)).not.toContain(made.value);
  const more = [await keys.create({ name: 'two' }), await keys.create({ name: 'three' })];
  const ids = [made, ...more].map(({ id }) => id);
  expect((await gather(keys.list({ limit: 1 }))).slice(-3)).toEqual(ids);
  expect((await gather(keys.list({ limit: 1, order: 'desc' }))).slice(0, 3)).toEqual(ids.toReversed());

  const rotated = await fetch(`${gateway.baseUrl}/organization/admin_api_keys/${made.id}/rotate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ overlap_seconds: 0 }),
  });
  const { value } = (await rotated.json()) as { value: string };
  expect((await clientOf(value).adminAPIKeys.retrieve(made.id)).id).toBe(made.id);
  expect(await refusal(clientOf(made.value).adminAPIKeys.retrieve(made.id))).toBe('401 invalid_api_key');
  expect(await keys.delete(made.id)).toEqual({
    ...{ id: made.id, object: 'organization.admin_api_key.deleted', deleted: true },
  });
  await expect
    .poll(() => refusal(clientOf(value).adminAPIKeys.retrieve(made.id)), { timeout: 5_000 })
    .toBe('401 revoked_api_key');
});

describe('bad input', () => {
  it('is told with the field that is wrong', async () => {
    const { users, invites, adminAPIKeys, projects } = organization;
    const { user } = await join('subject@example.com');
    const email = 'new@example.com';
    const noRole = 'emperor' as 'owner';
    const refusals = [
      [() => invites.create({ email: 'no address', role: 'reader' }), 'email'],
      [() => invites.create({ email: `${'a'.repeat(10_000)}@example.com`, role: 'reader' }), 'email'],
      [() => invites.create({ email, role: noRole }), 'role'],
      [
        () => invites.create({ email, role: 'reader', projects: [{ id: projectId, role: noRole }] }),
        'projects[0].role',
      ],
      [
        () =>
          invites.create({
            email,
            role: 'reader',
            projects: [projectId, projectId].map((id) => ({ id, role: 'member' })),
          }),
        'projects',
      ],
      [() => users.update(user.id, { role: 'emperor' }), 'role'],
      [() => users.update(user.id, {}), 'role'],
      [() => users.list({ after: 'user_unknown' }), 'after'],
      [() => users.list({ after: user.id, limit: 0 }), 'limit'],
      [() => users.list({ emails: ['no address'] }), 'emails[]'],
      [() => invites.list({ after: user.id }), 'after'],
      [() => adminAPIKeys.list({ after: user.id }), 'after'],
      [() => adminAPIKeys.create({ name: 'x'.repeat(10_000) }), 'name'],
      [() => adminAPIKeys.create({ name: 'x', expires_in_seconds: -1 }), 'expires_in_seconds'],
      [() => adminAPIKeys.create({ name: 'x', expires_in_seconds: 0.5 }), 'expires_in_seconds'],
      [() => projects.users.create(projectId, { role: 'member' }), 'user_id'],
      [() => projects.users.list(projectId, { after: 'user_unknown' }), 'after'],
    ] as const;
    for (const [work, param] of refusals) expect(await refusal(work())).toBe(`400 invalid_request ${param}`);
    await expect(users.list({ after: 'user_unknown' })).rejects.toBeInstanceOf(BadRequestError);
    expect(await refusal(invites.create({ email: 'subject@example.com', role: 'owner' }))).toBe(
      '409 user_exists email',
    );
    await expect(users.list({ limit: 0 })).rejects.toThrow(
      "Invalid 'limit': expected a number of at least 1, but got 0.",
    );
    const unknown = projects.users.create('proj_unknown', { user_id: user.id, role: 'member' });
    expect(await refusal(unknown)).toBe('404 project_not_found');
  });

  it('without a key learns nothing, and sends little', async () => {
    const told = async (body: unknown): Promise<string> => {
      const answer = await accept(body);
      const { error } = (await answer.json()) as { error: { code: string; param: string | null } };
      return `${answer.status} ${error.code} ${error.param ?? ''}`.trim();
    };
    expect(await told({ token: 'unknown', name: 'x' })).toBe('404 invite_not_found');
    expect(await told({ token: '\0\ud800', name: 'x' })).toBe('404 invite_not_found');
    expect(await told({ token: 'unknown', name: 'x'.repeat(10_000) })).toBe('400 invalid_request name');
    expect(await told({ token: 'unknown' })).toBe('400 invalid_request name');
    expect(await told({ token: 'x'.repeat(20_000), name: 'x' })).toBe('413 body_too_large');
  });
});
