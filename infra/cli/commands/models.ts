import { type Call, type Command, UsageError } from '../command.js';
import { type Column, timeColumn, toTime } from '../table.js';
import { time } from './read-options.js';

// What is told of the models of the whole installation: only the organisation that runs it may change it.

const PATH = '/v1/operator/models';

const columns: readonly Column[] = [
  'id',
  'model.name',
  ['quality', ({ model }) => toText((model as { readonly quality?: object } | null)?.quality)],
  'changed',
  'problem',
];
const changeColumns: readonly Column[] = [
  ...(['id', 'model_id', 'fields', 'reason'] as const),
  ['effective_from', ({ effective_from: from }) => (typeof from === 'number' ? toTime(from) : from)],
  timeColumn('created_at'),
  'set_by.key_id',
];

export const modelCommands: readonly Command[] = [
  {
    words: 'models list',
    summary: 'List what is told of the models that offers serve, with how well they do each kind of work.',
    run: async (call) => {
      call.showRows(await call.api().list(PATH, {}), columns);
      return 0;
    },
  },
  {
    words: 'models set',
    summary:
      'Change what is told of a model: --quality code=0.8 with --source and --as-of, or code=none; --reset quality.code gives it back.',
    positionals: ['MODEL'],
    options: {
      quality: { value: 'KIND=SCORE', many: true },
      source: { value: 'TEXT' },
      'as-of': { value: 'DATE' },
      name: { value: 'TEXT' },
      knowledge: { value: 'DATE' },
      'deprecated-on': { value: 'DATE' },
      reset: { value: 'FIELD', many: true },
      reason: { value: 'TEXT', required: true },
      from: { value: 'TIME' },
    },
    run: async (call) => {
      const path = `${PATH}/${encodeURIComponent(call.argument(0))}`;
      call.showOne(await call.api().send('POST', path, bodyOf(call)), columns);
      return 0;
    },
  },
  {
    words: 'models history',
    summary: 'Show what was set, of one model or of all, the last ones last.',
    options: { model: { value: 'MODEL' } },
    run: async (call) => {
      call.showRows(await call.api().list(`${PATH}/history`, { model_id: call.text('model') }), changeColumns);
      return 0;
    },
  },
];

/** An option that is not there is no field: JSON leaves out what is undefined. */
function bodyOf(call: Call) {
  const figures = call.list('quality');
  return {
    ...{ reason: call.needed('reason'), effective_from: time(call, 'from') },
    ...{ name: call.text('name'), knowledge: call.text('knowledge'), deprecated_on: call.text('deprecated-on') },
    reset: call.list('reset'),
    ...(figures && { quality: Object.fromEntries(figures.map((text) => toFigure(call, text))) }),
  };
}

/** What a kind and a score may be is for the API to judge; here only the form that JSON needs. */
function toFigure(call: Call, text: string): readonly [string, object | null] {
  const [, kind, score] = /^([a-z]+)=(none|\d(?:\.\d{1,15})?)$/.exec(text) ?? [];
  if (kind === undefined) throw new UsageError(`--quality takes KIND=SCORE, such as code=0.8, but got '${text}'.`);
  if (score === 'none') return [kind, null];
  const [source, asOf] = [call.text('source'), call.text('as-of')];
  if (source !== undefined && asOf !== undefined) return [kind, { score: Number(score), source, as_of: asOf }];
  throw new UsageError("A score needs --source and --as-of: who says so, and since when, for example '2026-11-26'.");
}

function toText(quality: object = {}): string {
  const kinds = Object.entries(quality) as readonly (readonly [string, { readonly score: number }])[];
  return kinds.map(([kind, { score }]) => `${kind}=${score}`).join(' ');
}
