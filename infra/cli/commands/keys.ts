import type { ApiObject } from '../api-client.js';
import type { Call, Command } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { findProjectId, findUserId } from './find-named.js';
import { duration, restrictionOptions, restrictions } from './read-options.js';

const columns: readonly Column[] = [
  ...(['id', 'name', 'mode', 'redacted_value', 'owner_project_access'] as const),
  ...['created_at', 'expires_at', 'revoked_at', 'last_used_at'].map(timeColumn),
];
const project = { value: 'PROJECT', required: true } as const;

export const keyCommands: readonly Command[] = [
  {
    words: 'keys list',
    summary: 'List the API keys of a project, revoked ones too.',
    options: { project },
    run: async (call) => {
      const api = call.api();
      call.showRows(await api.list(await keysOf(call)), columns);
      return 0;
    },
  },
  {
    words: 'keys create',
    summary: 'Create an API key. It is shown once; with --quiet it alone is printed.',
    options: {
      project,
      name: { value: 'NAME', required: true },
      mode: { value: 'live|test' },
      user: { value: 'USER' },
      'expires-in': { value: '30d' },
      ...restrictionOptions,
      quiet: {},
    },
    run: async (call) => {
      const api = call.api();
      const user = call.text('user');
      const body = {
        name: call.needed('name'),
        mode: call.text('mode'),
        user_id: user === undefined ? undefined : await findUserId(api, user),
        expires_in_seconds: duration(call, 'expires-in'),
        ...restrictions(call),
      };
      showKey(call, await api.send('POST', await keysOf(call), body));
      return 0;
    },
  },
  {
    words: 'keys rotate',
    summary: 'Give a key a new secret, shown once; the old one works for as long as the overlap, a day by default.',
    positionals: ['KEY_ID'],
    options: { project, overlap: { value: '1h' }, quiet: {} },
    run: async (call) => {
      const overlap = duration(call, 'overlap');
      const path = `${await keysOf(call)}/${encodeURIComponent(call.argument(0))}/rotate`;
      const body = overlap === undefined ? {} : { overlap_seconds: overlap };
      showKey(call, await call.api().send('POST', path, body));
      return 0;
    },
  },
  {
    words: 'keys revoke',
    summary: 'Revoke a key, everywhere within a second.',
    positionals: ['KEY_ID'],
    options: { project },
    run: async (call) => {
      const id = encodeURIComponent(call.argument(0));
      call.showOne(await call.api().send('DELETE', `${await keysOf(call)}/${id}`), ['id', 'deleted']);
      return 0;
    },
  },
];

async function keysOf(call: Call): Promise<string> {
  return `/projects/${await findProjectId(call.api(), call.needed('project'))}/api_keys`;
}

function showKey(call: Call, key: ApiObject): void {
  if (call.isOn('quiet')) call.terminal.print(String(key.value));
  else call.showOne(key, ['value', ...columns]);
}
