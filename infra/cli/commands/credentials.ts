import { readFileSync } from 'node:fs';
import type { ApiObject } from '../api-client.js';
import { type Call, type Command, CommandError, UsageError } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { findProjectId } from './find-named.js';
import { wholeNumber } from './read-options.js';

// The accounts at vendors: the organisation's own, or with --operator those that serve every organisation. A secret comes out of
// a file, because what is typed stands in the shell's history and in the list of processes.

const columns: readonly Column[] = [
  ...(['id', 'vendor', 'name', 'kind', 'hint', 'project_id', 'weight', 'enabled', 'fallback'] as const),
  ['verified', ({ verification }) => (verification as ApiObject | null)?.['status'] ?? null],
];
const oneColumns: readonly Column[] = [
  ...columns,
  'settings',
  ...(['requests_per_minute', 'tokens_per_minute'] as const),
  ['says', ({ verification }) => (verification as ApiObject | null)?.['message'] ?? null],
  ...['created_at', 'updated_at'].map(timeColumn),
];
const operator = { operator: {} } as const;
const changes = {
  'secret-file': { value: '[FIELD=]FILE', many: true },
  setting: { value: 'NAME=VALUE', many: true },
  weight: { value: '1..1000' },
  'requests-per-minute': { value: 'N' },
  'tokens-per-minute': { value: 'N' },
  fallback: { value: 'operator|never' },
  ...operator,
} as const;

export const credentialCommands: readonly Command[] = [
  {
    words: 'credentials list',
    summary: "List the organisation's own credentials at vendors; with --operator those that serve every organisation.",
    options: { vendor: { value: 'VENDOR' }, project: { value: 'PROJECT' }, ...operator },
    run: async (call) => {
      const query = { vendor: call.text('vendor'), project_id: await projectOf(call) };
      call.showRows(await call.api().list(pathOf(call), query), columns);
      return 0;
    },
  },
  {
    words: 'credentials add',
    summary:
      'Add a credential; its secret is read from a file (/dev/stdin is one), an API key unless a field is named.',
    positionals: ['VENDOR'],
    options: {
      name: { value: 'NAME', required: true },
      kind: { value: 'KIND' },
      project: { value: 'PROJECT' },
      ...changes,
    },
    run: async (call) => {
      const body = {
        ...{ vendor: call.argument(0), name: call.needed('name'), kind: call.text('kind') },
        ...{ project_id: await projectOf(call), secret: {}, ...changesOf(call) },
      };
      call.showOne(await call.api().send('POST', pathOf(call), body), oneColumns);
      return 0;
    },
  },
  {
    words: 'credentials update',
    summary: 'Replace the secret or the settings, each as a whole, or change the rest.',
    positionals: ['CREDENTIAL_ID'],
    options: { name: { value: 'NAME' }, ...changes, enable: {}, disable: {} },
    run: async (call) => {
      const body = { name: call.text('name'), ...changesOf(call), enabled: enabledOf(call) };
      call.showOne(await call.api().send('POST', pathOfOne(call), body), oneColumns);
      return 0;
    },
  },
  {
    words: 'credentials verify',
    summary: 'Ask the vendor whether it takes the credential; the exit code is 1 where it does not.',
    positionals: ['CREDENTIAL_ID'],
    options: operator,
    run: async (call) => {
      const credential = await call.api().send('POST', `${pathOfOne(call)}/verify`, {});
      call.showOne(credential, oneColumns);
      return (credential['verification'] as ApiObject | null)?.['status'] === 'valid' ? 0 : 1;
    },
  },
  {
    words: 'credentials remove',
    summary: 'Destroy a credential and its secret, everywhere within a second.',
    positionals: ['CREDENTIAL_ID'],
    options: operator,
    run: async (call) => {
      call.showOne(await call.api().send('DELETE', pathOfOne(call)), ['id', 'deleted']);
      return 0;
    },
  },
];

function pathOf(call: Call): string {
  return call.isOn('operator') ? '/v1/operator/credentials' : '/v1/organization/credentials';
}

function pathOfOne(call: Call): string {
  return `${pathOf(call)}/${encodeURIComponent(call.argument(0))}`;
}

async function projectOf(call: Call): Promise<string | undefined> {
  const project = call.text('project');
  return project === undefined ? undefined : findProjectId(call.api(), project);
}

function changesOf(call: Call) {
  const [files, settings] = [call.list('secret-file'), call.list('setting')];
  return {
    ...(files && { secret: Object.fromEntries(files.map(readSecret)) }),
    ...(settings && { settings: Object.fromEntries(settings.map(toSetting)) }),
    ...{ weight: wholeNumber(call, 'weight'), fallback: call.text('fallback') },
    requests_per_minute: wholeNumber(call, 'requests-per-minute'),
    tokens_per_minute: wholeNumber(call, 'tokens-per-minute'),
  };
}

function enabledOf(call: Call): boolean | undefined {
  const [on, off] = [call.isOn('enable'), call.isOn('disable')];
  if (on && off) throw new UsageError('--enable and --disable exclude each other.');
  return on ? true : off ? false : undefined;
}

function readSecret(given: string): readonly [string, string] {
  const [, field = 'api_key', path = ''] = /^(?:([a-z_]+)=)?(.+)$/s.exec(given) ?? [];
  try {
    // Editors end files with a line break, which is part of no key.
    return [field, readFileSync(path, 'utf8').replace(/\r?\n$/, '')];
  } catch {
    throw new CommandError(`--secret-file names a file that cannot be read: ${path}`);
  }
}

function toSetting(text: string): readonly [string, string] {
  const [, name, value] = /^([a-z_]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--setting takes NAME=VALUE, for example region=eu-west-1, but got '${text}'.`);
  }
  return [name, value];
}
