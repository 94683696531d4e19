import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { createTestFolder } from '../support/services.js';
import { useCli } from './cli-world.js';

const cli = useCli();

const models = (key: string): Promise<Response> =>
  fetch(`${cli.gateway.baseUrl}/models`, { headers: { authorization: `Bearer ${key}` } });

describe('sluice', () => {
  it('makes a key in a project, rotates it and revokes it', async () => {
    const team = await cli.json('teams', 'create', '--name', 'Research');
    const project = await cli.json('projects', 'create', '--name', 'Chat', '--team', 'Research');
    expect(project).toMatchObject({ name: 'Chat', team_id: team.id });
    const made = await cli.sluice('keys', 'create', '--project', 'Chat', '--name', 'web', '--quiet');
    expect(made).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^sk-sluice-\S+$/) });
    expect((await models(made.out)).status).toBe(200);

    const [key] = await cli.json('keys', 'list', '--project', project.id);
    expect(key).toMatchObject({ name: 'web', revoked_at: null });
    const rotated = await cli.sluice('keys', 'rotate', key.id, '--project', 'Chat', '--overlap', '0s', '--quiet');
    expect(rotated.out).not.toBe(made.out);
    expect((await models(rotated.out)).status).toBe(200);
    const table = await cli.sluice('keys', 'list', '--project', 'Chat');
    expect(table.out).toMatch(/^ID +NAME +MODE +REDACTED_VALUE/);
    expect(table.out).not.toContain(rotated.out);

    expect(await cli.sluice('keys', 'revoke', key.id, '--project', 'Chat')).toMatchObject({ code: 0 });
    expect((await cli.json('keys', 'list', '--project', 'Chat'))[0].revoked_at).toBeGreaterThan(0);
    expect((await cli.sluice('projects', 'archive', 'Chat')).out).toContain('archived');
    expect((await cli.sluice('projects', 'list')).out).not.toContain('Chat');
    expect((await cli.sluice('projects', 'list', '--include-archived')).out).toContain('Chat');
  });

  it('sets prices, shows their history and takes them back', async () => {
    const model = 'sandbox/metered';
    const given = ['--price', 'input=0.5/1000', '--price', 'output=1/1000', '--reason', 'a test'];
    const set = await cli.json('prices', 'set', model, ...given);
    expect(set.prices).toEqual({ input: { usd: '0.5', per: 1_000 }, output: { usd: '1', per: 1_000 } });
    expect(await cli.json('prices', 'remove', model, '--reason', 'it is over')).toMatchObject({ prices: null });
    const table = (await cli.sluice('prices', 'list', '--model', model)).out;
    expect(table).toMatch(/^OFFER_ID +PRICES +REASON +EFFECTIVE_FROM +CREATED/);
    expect(table).toMatch(/sandbox\/metered +input=0.5\/1000 output=1\/1000 +a test +20/);
    expect(table).toMatch(/sandbox\/metered +the catalogue's +it is over +20/);
    expect((await cli.sluice('prices', 'list', '--model', 'sandbox/echo')).out).toBe('None.');
    const wrong = await cli.sluice('prices', 'set', model, '--price', 'input=5', '--reason', 'x');
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('UNIT=USD/PER, for example input=2.5/1000000'),
    });
    const unknown = await cli.sluice('prices', 'set', 'sandbox/meterd', ...given);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('model_not_found, param offer_id') });
  });

  it('adds credentials out of files, verifies, changes and removes them', async () => {
    const file = join(await createTestFolder(), 'key.txt');
    const secret = 'sk-from-a-file-9876';
    await writeFile(file, `${secret}\n`);
    const added = await cli.json(
      'credentials',
      'add',
      'vllm',
      '--name',
      'ours',
      '--secret-file',
      file,
      '--operator',
      ...[...['--setting', 'base_url=http://127.0.0.1:1/v1', '--weight', '3']],
    );
    expect(added).toMatchObject({
      vendor: 'vllm',
      hint: '9876',
      weight: 3,
      settings: { base_url: 'http://127.0.0.1:1/v1' },
    });
    const verified = await cli.sluice('credentials', 'verify', added.id, '--operator');
    expect(verified).toMatchObject({ code: 1, out: expect.stringMatching(/verified +unreachable/) });
    const table = (await cli.sluice('credentials', 'list', '--operator')).out;
    expect(table).toMatch(/^ID +VENDOR +NAME +KIND +HINT +PROJECT_ID +WEIGHT +ENABLED +FALLBACK +VERIFIED/);
    expect(table).toMatch(/vllm +ours +api_key +9876 +- +3 +true +operator +unreachable/);
    expect((await cli.sluice('credentials', 'list')).out).toBe('None.');
    expect(await cli.json('credentials', 'update', added.id, '--operator', '--disable')).toMatchObject({
      enabled: false,
    });
    expect((await cli.sluice('credentials', 'remove', added.id, '--operator')).code).toBe(0);
    expect(JSON.stringify([added, verified, table])).not.toContain(secret);
    expect(
      await cli.sluice('credentials', 'add', 'openai', '--name', 'x', '--secret-file', '/no/such/file'),
    ).toMatchObject({
      code: 1,
      err: expect.stringContaining('/no/such/file'),
    });
    const wrong = await cli.sluice('credentials', 'add', 'opnai', '--name', 'x', '--secret-file', file);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('param vendor') });
    expect(wrong.err).not.toContain(secret);
  });

  it('adds offers, changes, disables and restores them, and shows their history', async () => {
    const limits = ['--context-window', '8192', '--max-output-tokens', '1024'];
    const why = ['--reason', 'a test'];
    const added = await cli.json('offers', 'add', 'sandbox/own', ...limits, '--alias', 'own', ...why);
    expect(added).toMatchObject({ id: 'sandbox/own', origin: 'operator', offer: { aliases: ['own'], prices: {} } });
    const set = await cli.json('offers', 'set', 'sandbox/echo', '--capability', 'tools', ...why);
    expect(set).toMatchObject({ changed: ['capabilities'], offer: { capabilities: ['tools'] } });
    expect(await cli.json('offers', 'disable', 'sandbox/own', ...why)).toMatchObject({ disabled: true });
    expect((await cli.sluice('offers', 'list', '--disabled')).out).toMatch(/\nsandbox\/own +operator +false +true/);
    expect(await cli.json('offers', 'restore', 'sandbox/own', ...why)).toMatchObject({ disabled: false });
    expect(await cli.json('offers', 'restore', 'sandbox/echo', ...why)).toMatchObject({ changed: [] });
    expect((await cli.sluice('offers', 'show', 'sandbox/own')).out).toMatch(/offer.context_window +8192/);
    expect((await cli.sluice('offers', 'history', '--offer', 'sandbox/echo')).out).toMatch(
      /{"capabilities":\["tools"\]}/,
    );
    expect((await cli.sluice('proposals', 'list')).out).toBe('None.');
    const unknown = await cli.sluice('proposals', 'accept', 'proposal_0');
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('proposal_not_found') });
    const wrong = await cli.sluice('offers', 'set', 'sandbox/echo', '--context-window', '1', ...why);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('param max_output_tokens') });
  });

  it('sets, takes away and gives back figures of quality, and shows their history', async () => {
    const set = (...args: readonly string[]) =>
      cli.json('models', 'set', 'openai/gpt-4o', '--reason', 'a test', ...args);
    const figure = ['--source', 'our tickets', '--as-of', '2026-11-20'];
    expect(await set('--quality', 'code=0.8', '--quality', 'maths=none', ...figure)).toMatchObject({
      model: { quality: { code: { score: 0.8, basis: 'operator', sources: [{ source: 'our tickets' }] } } },
    });
    const { out } = await cli.sluice('models', 'list');
    expect(out).toMatch(/\nopenai\/gpt-4o .*code=0.8/);
    expect(await set('--reset', 'quality.code', '--reset', 'quality')).toMatchObject({ changed: [] });
    expect((await cli.sluice('models', 'history', '--model', 'openai/gpt-4o')).out).toMatch(/"maths":null/);
    for (const [args, err] of [
      [['--quality', 'code=0.8'], '--source'],
      [['--quality', 'code:1', ...figure], 'KIND=SCORE'],
      [['--quality', 'code=2', ...figure], 'param quality.code.score'],
    ] as const) {
      const wrong = await cli.sluice('models', 'set', 'openai/gpt-4o', '--reason', 'a test', ...args);
      expect(wrong).toMatchObject({ code: expect.any(Number), err: expect.stringContaining(err) });
      expect(wrong.code).not.toBe(0);
    }
  });

  it('makes, changes and closes budgets and limits', async () => {
    const project = await cli.json('projects', 'create', '--name', 'Budgeted');
    const scope = `project:${project.id}`;
    const budget = await cli.json(
      ...['budgets', 'create', '--name', 'monthly', '--scope', scope, '--amount-usd', '12.5'],
      ...['--window', 'month', '--time-zone', 'Europe/Berlin', '--threshold', '50', '--threshold', '80'],
    );
    expect(budget).toMatchObject({ amount_usd: '12.5', thresholds: [50, 80], enforcement: 'hard' });
    expect(await cli.json('budgets', 'set', budget.id, '--amount-usd', '20')).toMatchObject({ amount_usd: '20' });
    expect((await cli.sluice('budgets', 'list', '--scope', scope)).out).toMatch(/monthly +project +\S+ +20 /);
    expect((await cli.json('budgets', 'close', budget.id)).closed_at).toBeGreaterThan(0);
    expect((await cli.sluice('budgets', 'list', '--scope', scope)).out).toBe('None.');

    const limit = ['limits', 'set', '--scope', scope, '--unit', 'requests', '--period', 'minute', '--amount'];
    const first = await cli.json(...limit, '60');
    expect(await cli.json(...limit, '30')).toMatchObject({ id: first.id, amount: 30 });
    expect((await cli.sluice('limits', 'delete', first.id)).code).toBe(0);
    expect(await cli.json('limits', 'list', '--scope', scope)).toEqual([]);
  });

  it('moves credit once for one key, and shows what was charged', async () => {
    const grant = ['credits', 'grant', '--amount-usd', '5', '--reason', 'a trial', '--key', 'trial-1'];
    const first = await cli.json(...grant);
    expect(first).toMatchObject({ amount_usd: '5', reason: 'a trial' });
    expect((await cli.json(...grant)).id).toBe(first.id);
    const adjusted = await cli.json('credits', 'adjust', '--amount-usd=-0.5', '--reason', 'a slip');
    expect(adjusted.amount_usd).toBe('-0.5');
    expect(await cli.json('usage', '--by', 'project_id', '--by', 'line_item')).toEqual([]);
  });

  it('invites users', async () => {
    const token = await cli.sluice('users', 'invite', 'ada@example.com', '--role', 'member', '--quiet');
    expect(token).toMatchObject({ code: 0, out: expect.stringMatching(/^\S+$/) });
    await cli.api('POST', '/invites/accept', { token: token.out, name: 'Ada' });
    expect(await cli.json('users', 'set-role', 'ada@example.com', '--role', 'viewer')).toMatchObject({
      role: 'viewer',
    });
    expect((await cli.sluice('users', 'list')).out).toContain('ada@example.com');
    expect((await cli.sluice('users', 'remove', 'ada@example.com')).code).toBe(0);
    expect((await cli.sluice('users', 'list')).out).not.toContain('ada@example.com');
  });

  it('checks the books and migrates', async () => {
    expect(await cli.sluice('audit', 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('The audit log holds.'),
    });
    expect(await cli.sluice('migrate')).toMatchObject({ code: 0, out: 'The schema is up to date.' });
  });
});

describe('what sluice cannot do', () => {
  it('is told in one sentence with the code and the parameter, and the exit code is 1', async () => {
    const refused = await cli.sluice(
      ...['budgets', 'create', '--name', 'x', '--scope', 'project:nope', '--amount-usd', '1', '--window', 'total'],
    );
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^There is no project .+ \(code scope_not_found, param scope\.id\)\.$/);
    expect(await cli.sluice('keys', 'list', '--project', 'Nowhere')).toEqual({
      ...{ code: 1, out: '', err: "There is no project 'Nowhere'." },
    });
  });

  it('is told of two projects of one name, with their ids', async () => {
    const ids = [];
    for (let n = 0; n < 2; n += 1) ids.push((await cli.json('projects', 'create', '--name', 'Twin')).id);
    const { code, err } = await cli.sluice('keys', 'list', '--project', 'Twin');
    expect(code).toBe(1);
    for (const id of ids) expect(err).toContain(id);
  });

  it.each([
    [['keys', 'create', '--name', 'x'], 'Missing: --project.'],
    [['keys', 'list', '--project', 'p', '--nonsense'], "Unknown option '--nonsense'"],
    [['keys', 'list', 'extra', '--project', 'p'], "Too many arguments: 'extra' has no place here."],
    [['budgets', 'list', '--scope', 'Project'], '--scope takes organization or TYPE:ID'],
    [['usage', '--from', 'yesterday'], '--from takes a date such as'],
    [['keys', 'rotate', 'k', '--project', 'p', '--overlap', 'long'], '--overlap takes a length of time'],
    [['keys', 'burn'], "There is no command 'keys burn'."],
    [[], 'Say what to do.'],
  ])('is wrong usage in %j, with the usage text and exit code 2', async (args, message) => {
    const { code, out, err } = await cli.sluice(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('Usage: npm run sluice -- ');
  });

  it('is told of a gateway that is not there, that is none, and of settings', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = { SLUICE_BASE_URL: `http://127.0.0.1:${port}`, SLUICE_ADMIN_KEY: 'sk-x' };
    const other = await cli.sluiceIn({ env }, 'projects', 'list');
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining("is it the gateway's URL?") });
    await new Promise((resolve) => server.close(resolve));
    const nobody = await cli.sluiceIn({ env }, 'projects', 'list');
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('does not answer') });
    const unset = await cli.sluiceIn({ env: { SLUICE_DATA_DIR: '/nowhere' } }, 'projects', 'list');
    expect(unset).toMatchObject({ code: 1, err: expect.stringContaining('SLUICE_ADMIN_KEY is required and not set') });
  });
});

it('`npm run sluice` is a process whose exit code says how it went', () => {
  const env = {
    ...bareEnvironment(),
    ...{ SLUICE_BASE_URL: cli.gateway.baseUrl, SLUICE_ADMIN_KEY: cli.gateway.adminKey },
  };
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'infra/cli/sluice.ts', ...args], { env, encoding: 'utf8' });
  expect(run('keys', 'list')).toMatchObject({ status: 2, stdout: '' });
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('keys create') });
}, 60_000);
