import type { Proposal, Proposals } from '../../workflows/contracts/catalogue.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

/** One proposal in memory, of which two can decide but one does. */
export function createFakeProposals(): Proposals {
  const createdAt = '2026-11-01T00:00:00.000Z';
  let proposal: Proposal = {
    ...{ id: 'proposal_1', offerId: 'openai/gpt-x', kind: 'limit_change', source: 'https://example.com/prices.json' },
    ...{ before: { contextWindow: 8_192 }, after: { contextWindow: 16_384 }, state: 'open', createdAt },
  };
  const decide = async (id: string, state: 'accepted' | 'rejected'): Promise<Proposal> => {
    if (id !== proposal.id) throw refuse('proposal_not_found', '', { param: 'proposal_id' });
    if (proposal.state !== 'open') throw refuse('proposal_closed', '', { param: 'proposal_id' });
    proposal = { ...proposal, state, decidedAt: createdAt };
    return proposal;
  };
  const run = { id: 'refresh_1', source: proposal.source, createdAt };
  return {
    list: async () => ({ data: [proposal], hasMore: false }),
    accept: (_, id) => decide(id, 'accepted'),
    reject: (_, id) => decide(id, 'rejected'),
    runs: async () => ({ data: [{ ...run, failure: 'it answered with status 404' }], hasMore: false }),
  };
}
