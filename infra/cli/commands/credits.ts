import { randomUUID } from 'node:crypto';
import type { Call, Command, Option } from '../command.js';
import { type Column, timeColumn } from '../table.js';
import { time } from './read-options.js';

const columns: readonly Column[] = ['id', 'key', 'account_id', 'amount_usd', 'reason', timeColumn('created_at')];
const movement = {
  'amount-usd': { value: 'USD', required: true },
  reason: { value: 'TEXT', required: true },
  // Sent again, the same key moves nothing again; without one each call is a movement of its own.
  key: { value: 'KEY' },
} as const satisfies { readonly [name: string]: Option };

interface Movement {
  readonly verb: string;
  readonly path: string;
  readonly summary: string;
  readonly options?: { readonly [name: string]: Option };
  readonly fields?: (call: Call) => object;
}

const movements: readonly Movement[] = [
  {
    verb: 'grant',
    path: 'grants',
    summary: 'Grant credit, for ever or until a time.',
    options: { 'expires-at': { value: 'TIME' } },
    fields: (call) => ({ expires_at: time(call, 'expires-at') }),
  },
  {
    verb: 'deposit',
    path: 'deposits',
    summary: 'Enter a payment that has arrived, with its reference.',
    options: { reference: { value: 'TEXT', required: true } },
    fields: (call) => ({ reference: call.needed('reference') }),
  },
  {
    verb: 'adjust',
    path: 'adjustments',
    summary: 'Correct the credit, up or down (--amount-usd=-5), never below what is spent and held.',
  },
  {
    verb: 'refund',
    path: 'refunds',
    summary: 'Give back what a request was charged, all or a part.',
    options: { request: { value: 'REQUEST_ID', required: true } },
    fields: (call) => ({ request_id: call.needed('request') }),
  },
];

export const creditCommands: readonly Command[] = movements.map(({ verb, path, summary, options, fields }) => ({
  words: `credits ${verb}`,
  summary,
  options: { ...movement, ...options },
  run: async (call) => {
    const body = {
      key: call.text('key') ?? `cli:${randomUUID()}`,
      amount_usd: call.needed('amount-usd'),
      reason: call.needed('reason'),
      ...fields?.(call),
    };
    call.showOne(await call.api().send('POST', `/credits/${path}`, body), columns);
    return 0;
  },
}));
