import { type Call, type Command, UsageError } from '../command.js';
import { type Column, timeColumn, toTime } from '../table.js';
import { time } from './read-options.js';

// The prices of the whole installation: only the organisation that runs it may set them.

const PATH = '/v1/operator/prices';

const columns: readonly Column[] = [
  'offer_id',
  [
    'prices',
    ({ prices }) =>
      prices === null
        ? "the catalogue's"
        : Object.entries(prices ?? {})
            .map(toText)
            .join(' '),
  ],
  'reason',
  ['effective_from', ({ effective_from: from }) => (typeof from === 'number' ? toTime(from) : from)],
  timeColumn('created_at'),
];

export const priceCommands: readonly Command[] = [
  {
    words: 'prices set',
    summary: "Set a model's prices: --price input=2.5/1000000 --price output=10/1000000, USD for so many units.",
    positionals: ['MODEL'],
    options: {
      price: { value: 'UNIT=USD/PER', required: true, many: true },
      reason: { value: 'TEXT', required: true },
      from: { value: 'TIME' },
    },
    run: (call) => send(call, Object.fromEntries((call.list('price') ?? []).map(toPrice))),
  },
  {
    words: 'prices list',
    summary: 'Show the prices that were set, of one model or of all, the last ones last.',
    options: { model: { value: 'MODEL' } },
    run: async (call) => {
      call.showRows(await call.api().list(PATH, { offer_id: call.text('model') }), columns);
      return 0;
    },
  },
  {
    words: 'prices remove',
    summary: "Give a model the catalogue's prices back.",
    positionals: ['MODEL'],
    options: { reason: { value: 'TEXT', required: true }, from: { value: 'TIME' } },
    run: (call) => send(call, null),
  },
];

async function send(call: Call, prices: object | null): Promise<number> {
  const body = {
    ...{ offer_id: call.argument(0), prices, reason: call.needed('reason') },
    effective_from: time(call, 'from'),
  };
  call.showOne(await call.api().send('POST', PATH, body), columns);
  return 0;
}

/** What a price may be is for the API to judge; here only the form that JSON needs. */
export function toPrice(text: string) {
  const [, unit, usd, per] = /^([a-z0-9_]+)=([^/]+)\/(\d{1,15})$/.exec(text) ?? [];
  if (unit === undefined) {
    throw new UsageError(`--price takes UNIT=USD/PER, for example input=2.5/1000000, but got '${text}'.`);
  }
  return [unit, { usd, per: Number(per) }] as const;
}

function toText([unit, price]: readonly [string, unknown]): string {
  const { usd, per } = price as { readonly usd: string; readonly per: number };
  return `${unit}=${usd}/${per}`;
}
