/** What the workflow of a batch at a vendor is told: never content. */
export interface VendorBatchInput {
  readonly vendorBatchId: string;
}

export type VendorBatchStep = { readonly status: 'working'; readonly afterMs: number } | { readonly status: 'ended' };

export interface VendorBatchActivities {
  /** Takes a batch at a vendor one move on: closes, hands in, asks about, brings its answers, tells the lines' jobs. */
  advanceVendorBatch(input: VendorBatchInput): Promise<VendorBatchStep>;
}

/** Batches at vendors as workflows. */
export interface VendorBatchStarter {
  /** A no-op where it runs already. */
  start(vendorBatchId: string): Promise<void>;
  /** Has its workflow look at once; a no-op where none runs. */
  wake(vendorBatchId: string): Promise<void>;
}
