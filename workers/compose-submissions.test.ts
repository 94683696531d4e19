import { afterEach, describe, expect, it } from 'vitest';
import { buildApp } from '../api/app.js';
import { actAs } from '../api/http/acting-as.js';
import { chatBody } from '../api/testing/chat-body.js';
import { createFakeWorld, REVOKED_KEY_ID } from '../api/testing/fake-dependencies.js';
import { composeSubmissions } from './compose-submissions.js';

const KEY = { keyId: 'key_1', organizationId: 'org_1', projectId: 'proj_1' };
const CHAT = { path: '/v1/chat/completions', headers: { prefer: 'respond-async' }, body: JSON.stringify(chatBody()) };

const apps: ReturnType<typeof buildApp>[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

function open() {
  const world = createFakeWorld();
  const app = buildApp(world.deps);
  apps.push(app);
  const { submissions, servedBy } = composeSubmissions();
  return { world, app, submissions, servedBy };
}

describe('submissions', () => {
  it('wait for the API, and then are what the key’s holder would have sent', async () => {
    const { world, app, submissions, servedBy } = open();
    const submitting = submissions.submit(KEY, CHAT);
    servedBy(app);
    const { status, headers, body } = await submitting;
    expect([status, JSON.parse(body)]).toMatchObject([202, { object: 'job' }]);
    expect(headers).toMatchObject({
      'preference-applied': 'respond-async',
      location: expect.stringContaining('/v1/jobs/'),
    });
    expect(world.started).toMatchObject([{ keyId: 'key_1', projectId: 'proj_1', lane: 'job' }]);
  });

  it.each([
    ['a revoked key', { ...KEY, keyId: REVOKED_KEY_ID }, CHAT, 401, 'revoked_api_key'],
    ['a key of another project', { ...KEY, projectId: 'proj_2' }, CHAT, 401, 'invalid_api_key'],
    ['the management API', KEY, { ...CHAT, path: '/v1/organization/projects' }, 403, 'admin_key_required'],
    ['a body that is wrong', KEY, { ...CHAT, body: '{}' }, 400, 'missing_required_parameter'],
  ])('are refused as a caller is: %s', async (_, key, post, status, code) => {
    const { app, submissions, servedBy } = open();
    servedBy(app);
    const answer = await submissions.submit(key, post);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { error: { code } }]);
  });

  it('lend their key to nothing that comes over a connection, or from outside of them', async () => {
    const { app } = open();
    const answers = await actAs(KEY, async () => {
      // What it listens in the course of, its connections are in the course of.
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      return Promise.all([
        fetch(`${url}/v1/models`).then(({ status }) => status),
        app.inject('/v1/models').then(({ statusCode }) => statusCode),
      ]);
    });
    expect(answers).toEqual([401, 200]);
    expect((await app.inject('/v1/models')).statusCode).toBe(401);
  });
});
