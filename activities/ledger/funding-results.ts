import { refuse } from '../../workflows/domain/refusal-error.js';

/** What `ledger.fund`, `ledger.take_back` and `ledger.refund` answer with. */
export type FundingResult =
  | 'created'
  | 'exists'
  | 'exists_with_different_amount'
  | 'exists_with_different_accounts'
  | 'insufficient'
  | 'account_not_found'
  | 'account_closed'
  | 'request_not_charged'
  | 'exceeds_charge';

/** True where money was moved, false where the same movement had been made before; everything else is refused. */
export function requireFunded(result: FundingResult | undefined): boolean {
  switch (result) {
    case 'created':
      return true;
    case 'exists':
      return false;
    case 'exists_with_different_amount':
      throw refuse('transfer_exists', 'This key was used before, with another amount. Use a new key.', {
        param: 'key',
      });
    case 'exists_with_different_accounts':
      throw refuse('transfer_exists', 'This key was used before, for another movement. Use a new key.', {
        param: 'key',
      });
    case 'insufficient':
      throw refuse('insufficient_credit', '', { param: 'amount_usd' });
    case 'request_not_charged':
      throw refuse('request_not_charged', '', { param: 'request_id' });
    case 'exceeds_charge':
      throw refuse('refund_exceeds_charge', '', { param: 'amount_usd' });
    case 'account_not_found':
    case 'account_closed':
      throw refuse('account_not_found');
    case undefined:
      throw new Error('the ledger gave no answer');
  }
}
