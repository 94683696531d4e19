import type { Call, Command } from '../command.js';
import { type Column, timeColumn } from '../table.js';

// What newer price data would change about the offers of the whole installation.

const PROPOSALS = '/v1/operator/catalogue/proposals';
const proposalColumns: readonly Column[] = [
  ...(['id', 'kind', 'offer_id', 'state', 'before', 'after', 'source'] as const),
  timeColumn('created_at'),
];
const decide = async (call: Call, what: string, body?: object): Promise<number> => {
  const path = `${PROPOSALS}/${encodeURIComponent(call.argument(0))}/${what}`;
  call.showOne(await call.api().send('POST', path, body), proposalColumns);
  return 0;
};

export const proposalCommands: readonly Command[] = [
  {
    words: 'proposals list',
    summary: 'List what newer price data would change and nobody has decided; --state for others.',
    options: { state: { value: 'open|accepted|rejected|superseded' }, offer: { value: 'OFFER' } },
    run: async (call) => {
      const query = { state: call.text('state') ?? 'open', offer_id: call.text('offer') };
      call.showRows(await call.api().list(PROPOSALS, query), proposalColumns);
      return 0;
    },
  },
  {
    words: 'proposals accept',
    summary: 'Accept a proposal: it becomes a change of its offer.',
    positionals: ['PROPOSAL_ID'],
    options: { reason: { value: 'TEXT' } },
    run: (call) => decide(call, 'accept', { reason: call.text('reason') }),
  },
  {
    words: 'proposals reject',
    summary: 'Reject a proposal; the same one is not made again.',
    positionals: ['PROPOSAL_ID'],
    run: (call) => decide(call, 'reject'),
  },
];
