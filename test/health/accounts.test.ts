import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { keyMarkOf } from '../fake-vendor/http-helpers.js';
import { type Answer, openaiModel, type Parsed, says, type TestProject, useWorld } from '../gateway/world.js';
import type { TestGateway } from '../support/gateway.js';

// Accounts that a vendor refuses: who answers instead, and that none of the vendor's models is asked through them meanwhile.

const world = useWorld({ env: { SLUICE_CIRCUIT_FAILURES: '5' }, beside: true });
/** A change reaches every process within a second; a slow machine may take longer to ask than that. */
const soon = { timeout: 20_000, interval: 20 };
const CREDENTIALS = '/v1/organization/credentials';
const another = 'openai/gpt-4.1-mini';
const environment = keyMarkOf('sk-fake-openai');
const asAdmin = () => ({ apiKey: world.gateway.adminKey });

async function add(project: TestProject, key: string): Promise<Parsed> {
  const body = { vendor: 'openai', name: 'tested', secret: { api_key: key }, project_id: project.id };
  const answer = await world.post(CREDENTIALS, body, asAdmin());
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
}

const ask = (project: TestProject, model = openaiModel, gateway = world.gateway): Promise<Answer> =>
  world.ask({ model, messages: says('Hello'), max_tokens: 20 }, { gateway, apiKey: project.apiKey });

/** The marks of the keys that one request was asked with, in turn. */
async function marks(project: TestProject, model?: string, gateway?: TestGateway): Promise<readonly string[]> {
  await world.vendor.reset();
  expect(await ask(project, model, gateway)).toMatchObject({ status: 200 });
  return (await world.vendor.log()).map(({ keyMark }) => keyMark);
}

async function accountHealth(credentialId: string, gateway = world.gateway): Promise<Parsed> {
  const { body } = await world.get('/v1/operator/health', { gateway, apiKey: gateway.adminKey });
  return body.data.find((one: Parsed) => one.id === `openai/*@${credentialId}`);
}

describe('a credential that its vendor refuses', () => {
  it('gives way to the next, for all models and in all processes, and is asked at once when it is changed', async () => {
    const project = await world.createProject();
    const credential = await add(project, 'sk-first-is-revoked');
    const refused = keyMarkOf('sk-first-is-revoked');
    await expect.poll(() => marks(project), soon).toEqual([refused, environment]);
    await expect.poll(async () => (await accountHealth(credential.id, world.other))?.circuit, soon).toBe('open');
    expect(await accountHealth(credential.id)).toMatchObject({ offer_id: 'openai/*', reason: 'auth', warmth: 0 });
    for (const gateway of [world.gateway, world.other]) {
      for (const model of [openaiModel, another]) expect(await marks(project, model, gateway)).toEqual([environment]);
    }

    await world.post(`${CREDENTIALS}/${credential.id}`, { secret: { api_key: 'sk-first-is-mended' } }, asAdmin());
    for (const gateway of [world.gateway, world.other]) {
      await expect.poll(() => marks(project, another, gateway), soon).toEqual([keyMarkOf('sk-first-is-mended')]);
    }
  });

  it('leaves the other credentials of the same vendor in use, one after the other', async () => {
    const project = await world.createProject();
    const first = await add(project, 'sk-own-is-revoked');
    const second = await world.post(
      CREDENTIALS,
      { vendor: 'openai', name: 'tested', secret: { api_key: 'sk-own-of-all' } },
      asAdmin(),
    );
    const tried = [keyMarkOf('sk-own-is-revoked'), keyMarkOf('sk-own-of-all')];
    // A project's own goes before its organisation's. Until both are known in this process, others answer.
    let turns: readonly (readonly string[])[] = [];
    await expect
      .poll(async () => {
        turns = [...turns, await marks(project)];
        return turns.at(-1);
      }, soon)
      .toEqual([tried[1]]);
    expect(turns.flat().filter((mark) => mark === tried[0])).toHaveLength(1);
    expect(await accountHealth(first.id)).toMatchObject({ circuit: 'open', reason: 'auth' });
    expect(await marks(project, another)).toEqual([tried[1]]);
    expect(await world.delete(`${CREDENTIALS}/${second.body.id}`, asAdmin())).toMatchObject({ status: 200 });
    await expect.poll(() => marks(project, another), soon).toEqual([environment]);
  });
});

describe('an account', () => {
  it.each<readonly [Behaviour['behaviour'], string]>([
    ['quota-exhausted', 'quota_exhausted'],
    ['unauthorized', 'auth'],
  ])('that answers with %s rests as a whole after one attempt', async (behaviour, reason) => {
    const project = await world.createProject();
    const key = `sk-own-${behaviour}`;
    const credential = await add(project, key);
    await expect.poll(() => marks(project), soon).toEqual([keyMarkOf(key)]);
    await world.vendor.reset();
    await world.vendor.script({ behaviours: [{ behaviour } as Behaviour] });
    expect(await ask(project)).toMatchObject({ status: 200 });
    expect((await world.vendor.log()).map(({ keyMark }) => keyMark)).toEqual([keyMarkOf(key), environment]);
    expect(await accountHealth(credential.id)).toMatchObject({ circuit: 'open', reason });
    expect(await marks(project, another)).toEqual([environment]);
  });

  it('that may not use one model is still asked for others', async () => {
    const project = await world.createProject();
    const credential = await add(project, 'sk-own-forbidden');
    await expect.poll(() => marks(project), soon).toEqual([keyMarkOf('sk-own-forbidden')]);
    await world.vendor.script({ behaviours: [{ behaviour: 'forbidden' }] });
    expect(await ask(project)).toMatchObject({ status: 200 });
    expect(await accountHealth(credential.id)).not.toMatchObject({ circuit: 'open' });
    expect(await marks(project, another)).toEqual([keyMarkOf('sk-own-forbidden')]);
    expect(await marks(project)).toEqual([environment]);
  });
});
