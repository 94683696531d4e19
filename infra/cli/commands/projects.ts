import type { Command } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { findProjectId, findTeamId } from './find-named.js';
import { restrictionOptions, restrictions } from './read-options.js';

const columns: readonly Column[] = [
  'id',
  'name',
  'status',
  'team_id',
  'budget.available_usd',
  timeColumn('created_at'),
];
const archived = { 'include-archived': {} } as const;

export const projectCommands: readonly Command[] = [
  {
    words: 'projects list',
    summary: 'List the projects.',
    options: archived,
    run: async (call) => {
      call.showRows(
        await call.api().list('/projects', { include_archived: String(call.isOn('include-archived')) }),
        columns,
      );
      return 0;
    },
  },
  {
    words: 'projects create',
    summary: 'Create a project, with a budget of its own if one is given.',
    options: {
      name: { value: 'NAME', required: true },
      team: { value: 'TEAM' },
      'budget-usd': { value: 'USD' },
      ...restrictionOptions,
    },
    run: async (call) => {
      const api = call.api();
      const team = call.text('team');
      const body = {
        name: call.needed('name'),
        team_id: team === undefined ? undefined : await findTeamId(api, team),
        budget_usd: call.text('budget-usd'),
        ...restrictions(call),
      };
      call.showOne(await api.send('POST', '/projects', body), columns);
      return 0;
    },
  },
  {
    words: 'projects archive',
    summary: 'Archive a project; its keys stop within a second.',
    positionals: ['PROJECT'],
    run: async (call) => {
      const api = call.api();
      const id = await findProjectId(api, call.argument(0));
      call.showOne(await api.send('POST', `/projects/${id}/archive`), columns);
      return 0;
    },
  },
];
