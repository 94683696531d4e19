/** The attempt that a vendor calls back about: its address names it. */
export interface CalledBack {
  readonly vendor: string;
  readonly requestId: string;
  readonly number: number;
}

/** What a vendor has sent to that address, as it came: a signature is over these bytes. It may quote content. */
export interface VendorMessage {
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** The calls of vendors that have been told where to call. */
export interface VendorWebhooks {
  /** Which attempt the address is of; nothing where it was not made here. Asks nobody. */
  attemptOf(vendor: string, token: string): CalledBack | undefined;
  /**
   * Has the attempt's flow look at its vendor's job now; nothing of the message is believed. `forged` where the vendor signs its
   * calls and this one is not its own, `unchecked` where that cannot be told now, `gone` where nobody waits for it any more.
   */
  receive(attempt: CalledBack, message: VendorMessage): Promise<'told' | 'gone' | 'forged' | 'unchecked'>;
  /**
   * What a vendor tells of all that an account does, at one address for all accounts; the signature is its only proof. `unknown` of a
   * vendor that tells nothing here. What is about a batch of ours has that asked about now, and is `forged` where the secret of the
   * account that made it has not signed it, or there is none; all else is `ignored`.
   */
  receiveEvent(vendor: string, message: VendorMessage): Promise<'told' | 'ignored' | 'forged' | 'unknown'>;
}
