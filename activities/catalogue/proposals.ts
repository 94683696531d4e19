import { isDeepStrictEqual } from 'node:util';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type {
  ListedOffer,
  OfferField,
  OfferFields,
  Proposal,
  Proposals,
  RefreshRun,
} from '../../workflows/contracts/catalogue.js';
import { fieldsInForce, mergeFields } from '../../workflows/domain/offer-changes.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { changeOffer, type OfferChangeDependencies } from './change-offer.js';
import { type ProposalRow, proposalsQuery, type RunRow, runColumns, toProposal, toRun } from './proposal-rows.js';
import { offersAt } from './read-catalogue.js';

/** What newer price data would change, and the operator's word on it. */
export function createProposals(deps: OfferChangeDependencies): Proposals {
  const { database, base } = deps;
  return {
    list: ({ state, kind, offerId, ...query }) =>
      readPage<ProposalRow & Record<string, unknown>, Proposal>(
        database,
        {
          rows: {
            text: `${proposalsQuery} WHERE ($1::text IS NULL OR p.state = $1) AND ($2::text IS NULL OR p.kind = $2)
                   AND ($3::text IS NULL OR p.offer_id = $3)`,
            values: [state ?? null, kind ?? null, offerId ?? null],
          },
          cursors: { text: 'SELECT id, created_at FROM catalogue.proposals' },
          toItem: toProposal,
        },
        query,
      ),
    accept: async (by, proposalId, reason) => {
      const { offerId, after, before, kind } = await find(database, proposalId);
      const patch = { fields: after, reason: reason ?? `proposal ${proposalId}: ${kind}` };
      const type = kind === 'new_offer' ? 'offer.created' : 'offer.updated';
      const closing = (transaction: Queryable) => close(transaction, by, proposalId, 'accepted');
      await changeOffer(
        deps,
        by,
        { offerId, patch, type },
        (word, atMs) => {
          const listed = offersAt(base, word, atMs).find(({ id }) => id === offerId);
          requireStill(listed, before);
          return mergeFields(fieldsInForce(word.offers, atMs).get(offerId) ?? {}, after);
        },
        closing,
      );
      return find(database, proposalId);
    },
    reject: async (by, proposalId) => {
      await find(database, proposalId);
      await database.transaction(async (transaction) => {
        await close(transaction, by, proposalId, 'rejected');
        await transaction.query(deps.audit.entry(by, { type: 'proposal.rejected', objectId: proposalId }));
      });
      return find(database, proposalId);
    },
    runs: (query) =>
      readPage<RunRow & Record<string, unknown>, RefreshRun>(
        database,
        {
          rows: { text: `SELECT ${runColumns} FROM catalogue.refresh_runs` },
          cursors: { text: 'SELECT id, created_at FROM catalogue.refresh_runs' },
          toItem: toRun,
        },
        query,
      ),
  };
}

async function find(database: Queryable, proposalId: string): Promise<Proposal> {
  const [row] = await database.query<ProposalRow & Record<string, unknown>>({
    text: `${proposalsQuery} WHERE p.id = $1`,
    values: [proposalId],
  });
  if (row) return toProposal(row);
  throw refuse('proposal_not_found', 'There is no proposal of this id. List those that are open.', {
    param: 'proposal_id',
  });
}

/** Of two who decide at once the second one finds it closed. */
async function close(
  transaction: Queryable,
  by: ActingRequest,
  proposalId: string,
  state: 'accepted' | 'rejected',
): Promise<void> {
  const [closed] = await transaction.query({
    text: `UPDATE catalogue.proposals SET state = $2, decided_at = clock_timestamp(), key_id = $3, user_id = $4
           WHERE id = $1 AND state = 'open' RETURNING id`,
    values: [proposalId, state, by.keyId, by.userId ?? null],
  });
  if (closed === undefined) refuseClosed('it was decided, or newer data has replaced it');
}

/** What was compared may have changed since: nobody has agreed to that. */
function requireStill(listed: ListedOffer | undefined, before: OfferFields | undefined): void {
  if (before === undefined) {
    if (listed !== undefined) refuseClosed('there is such an offer by now');
    return;
  }
  const fields = Object.keys(before) as OfferField[];
  const changed = fields.find((field) => !isDeepStrictEqual(listed?.offer?.[field] ?? null, before[field] ?? null));
  if (changed !== undefined) refuseClosed(`the offer's '${changed}' is another one by now`);
}

function refuseClosed(why: string): never {
  throw refuse('proposal_closed', `This cannot be decided any more: ${why}. List the proposals that are open.`, {
    param: 'proposal_id',
  });
}
