import { type Call, type Command, UsageError } from '../command.js';
import { type Column, timeColumn, toTime } from '../table.js';
import { toPrice } from './prices.js';
import { time, wholeNumber } from './read-options.js';

// The offers of the whole installation: only the organisation that runs it may change them.

const PATH = '/v1/operator/offers';
const pathOf = (call: Call): string => `${PATH}/${encodeURIComponent(call.argument(0))}`;

const columns: readonly Column[] = [
  ...(['id', 'origin', 'callable', 'disabled', 'offer.model', 'offer.context_window'] as const),
  ...(['offer.max_output_tokens', 'changed', 'problem'] as const),
];
const changeColumns: readonly Column[] = [
  ...(['id', 'offer_id', 'fields', 'reason'] as const),
  ['effective_from', ({ effective_from: from }) => (typeof from === 'number' ? toTime(from) : from)],
  timeColumn('created_at'),
  'set_by.key_id',
];

const note = { reason: { value: 'TEXT', required: true }, from: { value: 'TIME' } } as const;
const fields = {
  'vendor-model': { value: 'NAME' },
  model: { value: 'MAKER/NAME' },
  alias: { value: 'NAME', many: true },
  capability: { value: 'CAPABILITY', many: true },
  'data-policy': { value: 'unknown|not_trained_on|zero_retention' },
  'deprecated-on': { value: 'DATE' },
  price: { value: 'UNIT=USD/PER', many: true },
} as const;

export const offerCommands: readonly Command[] = [
  {
    words: 'offers list',
    summary: 'List the offers, or those of a vendor, those that you changed (--changed) or those that are disabled.',
    options: { vendor: { value: 'VENDOR' }, changed: {}, disabled: {} },
    run: async (call) => {
      const on = (name: string) => (call.isOn(name) ? 'true' : undefined);
      const query = { vendor: call.text('vendor'), changed: on('changed'), disabled: on('disabled') };
      call.showRows(await call.api().list(PATH, query), columns);
      return 0;
    },
  },
  {
    words: 'offers show',
    summary: 'Show an offer as it is now.',
    positionals: ['OFFER'],
    run: async (call) => {
      call.showOne(await call.api().get(pathOf(call)), [...columns, 'offer.aliases', 'offer.prices']);
      return 0;
    },
  },
  {
    words: 'offers add',
    summary:
      'Add an offer of a vendor: a model of your own server, or one that is not in the catalogue. No --price: it is free.',
    positionals: ['VENDOR/MODEL'],
    options: {
      'context-window': { value: 'TOKENS', required: true },
      'max-output-tokens': { value: 'TOKENS', required: true },
      ...fields,
      ...note,
    },
    run: async (call) => {
      const body = { id: call.argument(0), prices: {}, ...bodyOf(call) };
      call.showOne(await call.api().send('POST', PATH, body), columns);
      return 0;
    },
  },
  {
    words: 'offers set',
    summary: 'Change fields of an offer; --reset FIELD gives one back to the catalogue.',
    positionals: ['OFFER'],
    options: {
      'context-window': { value: 'TOKENS' },
      'max-output-tokens': { value: 'TOKENS' },
      ...fields,
      reset: { value: 'FIELD', many: true },
      ...note,
    },
    run: (call) => send(call, pathOf(call), { ...bodyOf(call), reset: call.list('reset') }),
  },
  {
    words: 'offers disable',
    summary: 'Disable an offer: it is neither listed to callers nor planned.',
    positionals: ['OFFER'],
    options: note,
    run: (call) => send(call, pathOf(call), { disabled: true, ...noteOf(call) }),
  },
  {
    words: 'offers restore',
    summary: 'Give an offer back all that the catalogue says of it; one that you added is enabled.',
    positionals: ['OFFER'],
    options: note,
    run: (call) => send(call, `${pathOf(call)}/restore`, noteOf(call)),
  },
  {
    words: 'offers history',
    summary: 'Show what was set, of one offer or of all, the last ones last.',
    options: { offer: { value: 'OFFER' } },
    run: async (call) => {
      const offer = call.text('offer');
      const path = offer === undefined ? PATH : `${PATH}/${encodeURIComponent(offer)}`;
      call.showRows(await call.api().list(`${path}/history`), changeColumns);
      return 0;
    },
  },
];

async function send(call: Call, path: string, body: object): Promise<number> {
  call.showOne(await call.api().send('POST', path, body), columns);
  return 0;
}

function noteOf(call: Call) {
  return { reason: call.needed('reason'), effective_from: time(call, 'from') };
}

/** An option that is not there is no field: JSON leaves out what is undefined. */
function bodyOf(call: Call) {
  const prices = call.list('price');
  return {
    ...noteOf(call),
    ...{ vendor_model: call.text('vendor-model'), model: call.text('model') },
    ...{ aliases: call.list('alias'), capabilities: call.list('capability') },
    context_window: wholeNumber(call, 'context-window'),
    max_output_tokens: wholeNumber(call, 'max-output-tokens'),
    data_policy: call.text('data-policy'),
    deprecated_on: dateOf(call),
    ...(prices && { prices: Object.fromEntries(prices.map(toPrice)) }),
  };
}

function dateOf(call: Call): string | undefined {
  const text = call.text('deprecated-on');
  if (text !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw new UsageError(`--deprecated-on takes a date such as 2027-01-31, but got '${text}'.`);
  }
  return text;
}
