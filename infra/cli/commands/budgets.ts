import type { Command } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { scope, time, wholeNumber } from './read-options.js';

const columns: readonly Column[] = [
  ...(['id', 'name', 'scope.type', 'scope.id', 'amount_usd', 'window.kind', 'enforcement'] as const),
  ...(['current.spent_usd', 'current.held_usd', 'current.available_usd'] as const),
  timeColumn('closed_at'),
];
const thresholds = { threshold: { value: 'PERCENT', many: true } } as const;

export const budgetCommands: readonly Command[] = [
  {
    words: 'budgets list',
    summary: 'List the budgets in force, with what their present windows still allow.',
    options: { scope: { value: 'TYPE:ID' } },
    run: async (call) => {
      const of = scope(call, 'scope');
      call.showRows(await call.api().list('/budgets', { scope_type: of?.type, scope_id: of?.id }), columns);
      return 0;
    },
  },
  {
    words: 'budgets create',
    summary: 'Create a budget of the organization, or of a team, project, user, key or model (TYPE:ID).',
    options: {
      name: { value: 'NAME', required: true },
      scope: { value: 'TYPE:ID', required: true },
      'amount-usd': { value: 'USD', required: true },
      window: { value: 'day|week|month|fixed|total', required: true },
      'time-zone': { value: 'ZONE' },
      from: { value: 'TIME' },
      until: { value: 'TIME' },
      enforcement: { value: 'hard|warn' },
      ...thresholds,
    },
    run: async (call) => {
      const window = {
        kind: call.needed('window'),
        time_zone: call.text('time-zone'),
        starts_at: time(call, 'from'),
        ends_at: time(call, 'until'),
      };
      const body = {
        name: call.needed('name'),
        scope: scope(call, 'scope'),
        amount_usd: call.needed('amount-usd'),
        window,
        enforcement: call.text('enforcement'),
        thresholds: call.list('threshold')?.map(Number),
      };
      call.showOne(await call.api().send('POST', '/budgets', body), columns);
      return 0;
    },
  },
  {
    words: 'budgets set',
    summary: "Change a budget's amount, for its present window at once, its name or its thresholds.",
    positionals: ['BUDGET_ID'],
    options: { 'amount-usd': { value: 'USD' }, name: { value: 'NAME' }, ...thresholds },
    run: async (call) => {
      const body = {
        amount_usd: call.text('amount-usd'),
        name: call.text('name'),
        thresholds: call.list('threshold')?.map(Number),
      };
      const path = `/budgets/${encodeURIComponent(call.argument(0))}`;
      call.showOne(await call.api().send('POST', path, body), columns);
      return 0;
    },
  },
  {
    words: 'budgets close',
    summary: 'Close a budget: it limits no later request.',
    positionals: ['BUDGET_ID'],
    run: async (call) => {
      const path = `/budgets/${encodeURIComponent(call.argument(0))}`;
      call.showOne(await call.api().send('DELETE', path), columns);
      return 0;
    },
  },
];

const limitColumns: readonly Column[] = ['id', 'scope.type', 'scope.id', 'model', 'unit', 'period', 'amount'];

export const limitCommands: readonly Command[] = [
  {
    words: 'limits list',
    summary: 'List the rate limits.',
    options: { scope: { value: 'TYPE:ID' }, model: { value: 'PATTERN' }, unit: { value: 'UNIT' } },
    run: async (call) => {
      const of = scope(call, 'scope');
      const query = { scope_type: of?.type, scope_id: of?.id, model: call.text('model'), unit: call.text('unit') };
      call.showRows(await call.api().list('/limits', query), limitColumns);
      return 0;
    },
  },
  {
    words: 'limits set',
    summary: 'Create a rate limit of the organization, a project or a key, or change the amount of the one there is.',
    options: {
      scope: { value: 'TYPE:ID', required: true },
      unit: { value: 'UNIT', required: true },
      period: { value: 'minute|day' },
      model: { value: 'PATTERN' },
      amount: { value: 'COUNT', required: true },
    },
    run: async (call) => {
      const api = call.api();
      const asked = scope(call, 'scope');
      const id = asked?.type === 'organization' ? (asked.id ?? (await api.get('')).id) : asked?.id;
      const [model, unit, period] = [call.text('model') ?? null, call.needed('unit'), call.text('period') ?? null];
      const present = (await api.list('/limits', { scope_type: asked?.type, scope_id: String(id) })).find(
        (limit) => limit.unit === unit && limit.period === period && limit.model === model,
      );
      const amount = wholeNumber(call, 'amount');
      const body = { scope: { type: asked?.type, id }, model, unit, period, amount };
      const limit = present
        ? await api.send('POST', `/limits/${String(present.id)}`, { amount })
        : await api.send('POST', '/limits', body);
      call.showOne(limit, limitColumns);
      return 0;
    },
  },
  {
    words: 'limits delete',
    summary: 'Delete a rate limit.',
    positionals: ['LIMIT_ID'],
    run: async (call) => {
      const path = `/limits/${encodeURIComponent(call.argument(0))}`;
      call.showOne(await call.api().send('DELETE', path), ['id', 'deleted']);
      return 0;
    },
  },
];
