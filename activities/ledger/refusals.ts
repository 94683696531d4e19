import type { GatewayRefusal } from '../../workflows/contracts/reply.js';
import type { Candidate, Demand } from '../../workflows/contracts/requests.js';
import { nanoToUsd, parseNano } from '../../workflows/domain/money.js';
import { largestAffordableOutput } from '../../workflows/domain/pricing.js';

/** The figures of a hold that an account could not cover, as `requests.reserve` stores them. */
interface ShortOfFunds {
  readonly code: 'insufficient_funds';
  readonly neededNanoUsd: string;
  readonly availableNanoUsd: string;
  readonly heldNanoUsd: string;
}

/** A stored refusal: the planner's own, ready to be told, or the figures of a hold that did not fit. */
export type StoredRefusal = GatewayRefusal | ShortOfFunds;

function isShortOfFunds(stored: StoredRefusal): stored is ShortOfFunds {
  return 'neededNanoUsd' in stored;
}

/** What the caller is told. The same for each telling, because the offers are those that were stored with the refusal. */
export function toRefusal(stored: StoredRefusal, candidates: readonly Candidate[], demand: Demand): GatewayRefusal {
  if (!isShortOfFunds(stored)) return stored;
  const available = parseNano(stored.availableNanoUsd);
  const spendable = available > 0n ? available : 0n;
  const [needed, free, held] = [parseNano(stored.neededNanoUsd), spendable, parseNano(stored.heldNanoUsd)].map(
    nanoToUsd,
  ) as [string, string, string];
  const affordable = largestAffordableOutput(
    // Of what the caller's own accounts would serve, as much is affordable as is asked for.
    candidates.filter(({ isOwn }) => !isOwn).map(({ offer }) => offer),
    demand,
    spendable,
  );
  const advice =
    affordable > 0
      ? `Set max_completion_tokens to at most ${affordable}, or add credit.`
      : 'Add credit, or send a shorter request.';
  return {
    code: stored.code,
    message: `This request can cost up to ${needed} USD, and ${free} USD is available while ${held} USD is held for requests in flight. ${advice}`,
    details: { needed_usd: needed, available_usd: free, held_usd: held, max_affordable_output_tokens: affordable },
  };
}
