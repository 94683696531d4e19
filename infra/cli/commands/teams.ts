import type { Command } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { findTeamId } from './find-named.js';
import { restrictionOptions, restrictions } from './read-options.js';

const columns: readonly Column[] = ['id', 'name', 'status', 'parent_id', timeColumn('created_at')];

export const teamCommands: readonly Command[] = [
  {
    words: 'teams list',
    summary: 'List the teams.',
    options: { 'include-archived': {} },
    run: async (call) => {
      call.showRows(
        await call.api().list('/teams', { include_archived: String(call.isOn('include-archived')) }),
        columns,
      );
      return 0;
    },
  },
  {
    words: 'teams create',
    summary: 'Create a team, under another one if a parent is given.',
    options: { name: { value: 'NAME', required: true }, parent: { value: 'TEAM' }, ...restrictionOptions },
    run: async (call) => {
      const api = call.api();
      const parent = call.text('parent');
      const body = {
        name: call.needed('name'),
        parent_id: parent === undefined ? undefined : await findTeamId(api, parent),
        ...restrictions(call),
      };
      call.showOne(await api.send('POST', '/teams', body), columns);
      return 0;
    },
  },
];
