/** Why a row of a source became no offer. */
export const DROP_REASONS = {
  ended: 'past the date of its end',
  left_out: 'no model of the vendor that chat can ask',
  no_price: 'without a price, or with one of zero that is not known to be the price',
  no_limit: 'without a limit of input',
  other_endpoint: 'served by another endpoint than Chat Completions',
  repeated: 'the same model of the same vendor once more',
  cheaper_tier: 'cheaper for longer input, so that it could not be reserved for',
  disputed: 'two sources are ten times or more apart, and nobody has decided',
  no_unit: 'priced by what is no unit of ours',
} as const;

export type DropReason = keyof typeof DROP_REASONS;

export interface Tally {
  drop(reason: DropReason, row: string): undefined;
  readonly dropped: ReadonlyMap<DropReason, readonly string[]>;
}

export function createTally(): Tally {
  const dropped = new Map<DropReason, string[]>();
  return {
    drop: (reason, row) => {
      dropped.set(reason, [...(dropped.get(reason) ?? []), row]);
      return undefined;
    },
    dropped,
  };
}
