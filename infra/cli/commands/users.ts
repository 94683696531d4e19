import type { Command } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { findUserId } from './find-named.js';

const columns: readonly Column[] = [
  'id',
  'email',
  'name',
  'role',
  timeColumn('added_at'),
  timeColumn('api_key_last_used_at'),
];
const role = { value: 'ROLE', required: true } as const;

export const userCommands: readonly Command[] = [
  {
    words: 'users list',
    summary: 'List the users.',
    run: async (call) => {
      call.showRows(await call.api().list('/users'), columns);
      return 0;
    },
  },
  {
    words: 'users invite',
    summary: 'Invite somebody for 7 days. The token is shown once; with --quiet it alone is printed.',
    positionals: ['EMAIL'],
    options: { role, quiet: {} },
    run: async (call) => {
      const body = { email: call.argument(0), role: call.needed('role') };
      const invite = await call.api().send('POST', '/invites', body);
      if (call.isOn('quiet')) call.terminal.print(String(invite.token));
      else call.showOne(invite, ['token', 'id', 'email', 'role', 'status', timeColumn('expires_at')]);
      return 0;
    },
  },
  {
    words: 'users set-role',
    summary: "Change a user's role in the organisation.",
    positionals: ['USER'],
    options: { role },
    run: async (call) => {
      const api = call.api();
      const id = await findUserId(api, call.argument(0));
      call.showOne(await api.send('POST', `/users/${id}`, { role: call.needed('role') }), columns);
      return 0;
    },
  },
  {
    words: 'users remove',
    summary: 'Remove a user and revoke their keys, within a second.',
    positionals: ['USER'],
    run: async (call) => {
      const api = call.api();
      const id = await findUserId(api, call.argument(0));
      call.showOne(await api.send('DELETE', `/users/${id}`), ['id', 'deleted']);
      return 0;
    },
  },
];
