import type { ActingRequest, Page, PageQuery } from './access.js';
import type { NanoUsd } from './money.js';

/** One movement of money between an account and the house. */
export interface Transfer {
  readonly id: string;
  readonly key: string;
  readonly accountId: string;
  /** Positive into the account, negative out of it. */
  readonly amountNanoUsd: NanoUsd;
  /** The house's side, for example `house:grants`. */
  readonly counterpart: string;
  readonly reason: string;
  /** The request that was charged, or that was refunded. */
  readonly requestId?: string;
  readonly createdAt: string;
}

export interface CreditMovement {
  /** The caller's name for it: the same again changes nothing, and another amount under it is refused. */
  readonly key: string;
  readonly amountNanoUsd: NanoUsd;
  readonly reason: string;
}

/** How an outside payment reaches the ledger; `manual` is an operator's word that it arrived. */
export interface PaymentAdapter {
  readonly name: string;
  /** Throws where the payment is unknown, or not of this amount. */
  confirm(payment: { readonly reference: string; readonly amountNanoUsd: NanoUsd }): Promise<void>;
}

/**
 * Credits of an organisation. Refusals: `transfer_exists` (409, another amount or account under the same key),
 * `insufficient_credit` (409), `request_not_charged` (404), `refund_exceeds_charge` (409).
 */
export interface Credits {
  grant(by: ActingRequest, movement: CreditMovement & { readonly expiresAt?: Date }): Promise<Transfer>;
  deposit(by: ActingRequest, movement: CreditMovement & { readonly reference: string }): Promise<Transfer>;
  /** A correction, up or down, with its reason. */
  adjust(by: ActingRequest, movement: CreditMovement): Promise<Transfer>;
  refund(by: ActingRequest, movement: CreditMovement & { readonly requestId: string }): Promise<Transfer>;
  /** The book of one account of the organisation, oldest first; `account_not_found`. */
  transfers(organizationId: string, accountId: string, query: PageQuery): Promise<Page<Transfer>>;
}
