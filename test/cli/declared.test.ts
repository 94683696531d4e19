import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { type Ran, useCli } from './cli-world.js';

const cli = useCli();

let folder: string;
beforeAll(async () => {
  folder = await createTestFolder();
});

let written = 0;
/** Runs `plan` or `apply --yes` on a file of this text. */
async function run(command: 'plan' | 'apply', text: string, into = folder): Promise<Ran> {
  const file = join(into, `${(written += 1)}.yaml`);
  await writeFile(file, text);
  return cli.sluice(command, file, ...(command === 'apply' ? ['--yes'] : []));
}

const changesOf = ({ out }: Ran): readonly string[] => out.split('\n').filter((line) => /^[-+~] /.test(line));

/** A year from now; the API lets no key live longer than ten. */
const end = Date.UTC(new Date().getUTCFullYear() + 1, 5, 1);

describe('a declaration', () => {
  const text = `
teams:
  - { name: Below, parent: Above, denied_models: ["openai/*"] }
  - name: Above
    budgets: [{ name: cap, amount_usd: 100, window: { kind: month, time_zone: Europe/Berlin }, thresholds: [80, 50] }]
projects:
  - name: Declared
    team: Below
    answer_hold_ms: 0
    stored_answer_retention_ms: 86400000
    budgets: [{ name: daily, amount_usd: "12.50", window: day, enforcement: warn }]
    limits: [{ unit: requests, period: minute, amount: 60 }]
    service_accounts: [{ name: backend, role: viewer }]
    keys:
      - name: web
        allowed_endpoints: [chat, models]
        expires_at: ${new Date(end).toISOString().slice(0, 10)}
        secret_file: web.key
        limits: [{ unit: concurrent_requests, amount: 5 }]
      - { name: robot, service_account: backend, allowed_models: ["sandbox/*"], secret_file: robot.env, secret_env: SLUICE_API_KEY }
`;

  it('is planned, applied, and then holds', async () => {
    const planned = await run('plan', text);
    expect(planned).toMatchObject({ code: 2, err: '' });
    expect(changesOf(planned)).toEqual([
      '+ create team "Above"',
      '+ create team "Above", budget "cap"',
      '+ create team "Below"',
      '+ create project "Declared"',
      '+ create project "Declared", budget "daily"',
      '+ create project "Declared", limit of requests a minute',
      '+ create project "Declared", service account "backend"',
      '+ create project "Declared", key "web"',
      '+ create project "Declared", key "web", limit of concurrent_requests',
      '+ create project "Declared", key "robot"',
    ]);
    expect((await cli.sluice('projects', 'list')).out).not.toContain('Declared');

    const applied = await run('apply', text);
    expect(applied).toMatchObject({ code: 0, out: planned.out });
    expect(applied.err.split('\n')).toHaveLength(10);
    expect(await run('plan', text)).toMatchObject({ code: 0, out: expect.stringMatching(/Nothing differs\.$/) });
    expect(await run('apply', text)).toMatchObject({ code: 0, err: '' });
  });

  it('leaves the secrets of new keys in files of their own, which work and only their owner reads', async () => {
    const web = readFileSync(join(folder, 'web.key'), 'utf8').trim();
    const [, robot] = /^SLUICE_API_KEY=(\S+)\n$/.exec(readFileSync(join(folder, 'robot.env'), 'utf8')) ?? [];
    expect(statSync(join(folder, 'web.key')).mode & 0o777).toBe(0o600);
    for (const key of [web, robot]) {
      const headers = { authorization: `Bearer ${key}` };
      expect((await fetch(`${cli.gateway.baseUrl}/models`, { headers })).status).toBe(200);
    }
    const keys = await cli.json('keys', 'list', '--project', 'Declared');
    expect(keys).toMatchObject([
      { name: 'web', allowed_endpoints: ['chat', 'models'], expires_at: expect.closeTo(end / 1000, -2) },
      { name: 'robot', allowed_models: ['sandbox/*'], owner: { service_account: { name: 'backend', role: 'viewer' } } },
    ]);
  });

  it('shows what was changed by hand, before and after, and takes it back', async () => {
    const [project] = (await cli.json('projects', 'list')).filter(({ name }: { name: string }) => name === 'Declared');
    const [budget] = await cli.json('budgets', 'list', '--scope', `project:${project.id}`);
    await cli.json('budgets', 'set', budget.id, '--amount-usd', '99');
    await cli.api('POST', `/projects/${project.id}`, { team_id: null });
    const drifted = await run('plan', text);
    expect(drifted.code).toBe(2);
    expect(drifted.out).toContain('~ change project "Declared"\n      team: null -> "Below"');
    expect(drifted.out).toContain('~ change project "Declared", budget "daily"\n      amount_usd: "99" -> "12.5"');
    expect(changesOf(drifted)).toHaveLength(2);
    expect((await run('apply', text)).code).toBe(0);
    expect((await run('plan', text)).code).toBe(0);
  });

  it('closes what it does not name only where it says so, and replaces a budget of another window', async () => {
    const other = text
      .replace('window: day', 'window: week')
      .replace(/ {4}limits: .*\n/, '')
      .replace(/ {6}- \{ name: robot.*\n/, '');
    const kept = await run('plan', other);
    expect(kept.out).toContain('unmanaged: project "Declared", key "robot"');
    const pruned = other.replace('answer_hold_ms: 0', 'answer_hold_ms: 0\n    prune: true');
    const applied = await run('apply', pruned);
    expect(applied.code).toBe(0);
    expect(changesOf(applied)).toEqual([
      '+ create project "Declared", budget "daily"',
      '- close project "Declared", key "robot"',
      '- close project "Declared", limit of requests a minute',
      '- close project "Declared", budget "daily" (day in UTC, warn)',
    ]);
    expect((await run('plan', pruned)).code).toBe(0);
    expect(applied.out).toMatch(/unmanaged: project "[^D]/);
  });

  it('is turned round from above: a team moves below one that stood below it', async () => {
    const turned = 'teams: [{ name: Above, parent: Below }, { name: Below, parent: null }]';
    expect((await run('apply', turned)).err).toBe('done: change team "Below"\ndone: change team "Above"');
    expect((await run('plan', turned)).code).toBe(0);
  });
});

it('the page on configuration as code shows a declaration that applies, and then holds', async () => {
  const page = readFileSync(new URL('../../docs/configuration-as-code.md', import.meta.url), 'utf8');
  const text = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  const own = await createTestFolder();
  const applied = await run('apply', text, own);
  expect(applied).toMatchObject({ code: 0, out: expect.stringContaining('"Search in production"') });
  expect(await run('plan', text, own)).toMatchObject({ code: 0 });
  expect(readFileSync(join(own, 'indexer.env'), 'utf8')).toMatch(/^SLUICE_API_KEY=sk-sluice-/);
});

describe('a declaration that cannot be had', () => {
  it('is told of with all its problems at once, and nothing is changed', async () => {
    const before = await cli.json('teams', 'list');
    const { code, out, err } = await run(
      'apply',
      `
organisation: {}
teams:
  - { name: Fresh }
  - { name: Fresh }
  - { name: A, parent: B }
  - { name: B, parent: A }
projects:
  - name: P
    team: Nowhere
    colour: blue
    budgets: [{ name: b, amount_usd: -5, window: month }, { name: c, amount_usd: 0.1, window: hour }]
    limits: [{ unit: requests, amount: 0 }]
    keys: [{ name: k, service_account: nobody }]
`,
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
    for (const problem of [
      'organisation: is no field of this file',
      "teams[1].name: is there twice: 'Fresh'",
      'teams[2].parent: the teams go in a circle: A -> B -> A',
      "projects[0].team: there is no team 'Nowhere' in this file",
      'projects[0].colour: is no field of this file',
      'projects[0].budgets[0].amount_usd: expected an amount of USD of 0 or more',
      'projects[0].budgets[1].amount_usd: expected an amount of USD of 0 or more',
      'projects[0].budgets[1].window.kind: ',
      'projects[0].limits[0].amount: ',
      'projects[0].keys[0].secret_file: ',
      "projects[0].keys[0].service_account: there is no service account 'nobody' in this file",
    ]) {
      expect(err).toContain(`\n  ${problem}`);
    }
    expect(await cli.json('teams', 'list')).toEqual(before);
  });

  it('is stopped at the first refusal, which says what was done, and goes on from there', async () => {
    const text = (zone: string) => `
projects:
  - { name: First }
  - { name: Second, budgets: [{ name: b, amount_usd: 1, window: { kind: day, time_zone: ${zone} } }] }
  - { name: Third }`;
    const stopped = await run('apply', text('Mars/Olympus'));
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain('Stopped at: create project "Second", budget "b". There is no time zone');
    expect(stopped.err).toContain('2 of 4 changes were made');
    expect(changesOf(await run('apply', text('Europe/Paris')))).toEqual([
      '+ create project "Second", budget "b"',
      '+ create project "Third"',
    ]);
  });

  it('overwrites no file, and keeps no empty one of a key that was refused', async () => {
    await writeFile(join(folder, 'taken.key'), 'mine');
    const text = (file: string, model: string) =>
      `projects: [{ name: First, keys: [{ name: k, secret_file: ${file}, denied_models: ["${model}"] }] }]`;
    expect(await run('apply', text('taken.key', 'a'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('project "First", key "k": secret_file \'taken.key\' is there already'),
    });
    expect(readFileSync(join(folder, 'taken.key'), 'utf8')).toBe('mine');
    const nowhere = await run('apply', text('no/such/folder.key', 'a'));
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('ENOENT') });
    expect(await cli.json('keys', 'list', '--project', 'First')).toEqual([]);
  });

  it('is not applied without an agreement', async () => {
    const file = join(folder, 'asked.yaml');
    await writeFile(file, 'projects: [{ name: Asked }]');
    expect(await cli.sluice('apply', file)).toMatchObject({ code: 1, err: expect.stringContaining('Give --yes') });
    const refused = await cli.sluiceIn({ ask: async () => 'no' }, 'apply', file);
    expect(refused).toMatchObject({ code: 1, err: 'Nothing was changed.' });
    expect(await cli.sluiceIn({ ask: async () => 'yes' }, 'apply', file)).toMatchObject({ code: 0 });
  });

  it('ends a plan with 1, also where the command is wrong', async () => {
    expect(await cli.sluice('plan')).toMatchObject({ code: 1, err: expect.stringContaining('Missing: FILE.yaml.') });
    expect(await cli.sluice('plan', '/nowhere.yaml')).toMatchObject({ code: 1, out: '' });
    expect(await run('plan', 'teams: [}')).toMatchObject({ code: 1, err: expect.stringContaining('at line 1') });
  });
});
