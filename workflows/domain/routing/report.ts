import type { Demand } from '../../contracts/requests.js';
import type { KeptOffer, PlanReport, RequestRouting, RouteSummary, RoutingLevel } from '../../contracts/routing.js';
import { roundUp, times, add } from '../fraction.js';
import { formatNano } from '../money.js';
import type { ChosenOffer } from './choose.js';
import type { Drops } from './drops.js';
import { mergeFallback } from './merge-preferences.js';

/** What an answer is assumed to come to, where its cap allows as much. */
const USUAL_OUTPUT_TOKENS = 500;
const BYTES_A_TOKEN = 4;

export function toReport(
  considered: number,
  chosen: readonly ChosenOffer[],
  drops: Drops,
  { demand, routing }: { readonly demand: Demand; readonly routing?: RequestRouting | undefined },
): PlanReport {
  return {
    considered,
    kept: chosen.map((one) => toKept(one, demand)),
    dropped: drops.named,
    droppedBy: drops.counts,
    ...(routing?.arm && { arm: routing.arm }),
    ...policiesOf(routing?.levels ?? []),
  };
}

function policiesOf(levels: readonly RoutingLevel[]): Pick<PlanReport, 'policies'> {
  const named = levels.flatMap(({ policyId, version }) =>
    policyId === undefined ? [] : [`${policyId} v${String(version)}`],
  );
  return named.length === 0 ? {} : { policies: [...new Set(named)] };
}

function toKept({ placed, candidate }: ChosenOffer, demand: Demand): KeptOffer {
  const { row, reason, behind } = placed;
  const { offer, traits } = row;
  const counted = offer.tokenizer && demand.tokens?.[offer.tokenizer]?.text;
  const inputTokens = counted ?? Math.ceil(demand.textBytes / BYTES_A_TOKEN);
  const outputTokens = Math.min(candidate.maxOutputTokens, USUAL_OUTPUT_TOKENS) * demand.choices;
  const estimate = roundUp(add(times(traits.input, inputTokens), times(traits.output, outputTokens)));
  const most = BigInt(candidate.worstCaseNanoUsd);
  return {
    offerId: offer.id,
    reason,
    ...(behind && { behind }),
    mostNanoUsd: candidate.worstCaseNanoUsd,
    estimateNanoUsd: formatNano(estimate < most ? estimate : most),
  };
}

/** What a workflow is told: never a list that grows with the catalogue. */
export function toRouteSummary(report: PlanReport, levels: readonly RoutingLevel[]): RouteSummary {
  const { considered, droppedBy, arm, policies } = report;
  return {
    considered,
    ...(Object.keys(droppedBy).length > 0 && { droppedBy }),
    ...(arm && { arm }),
    ...(policies && { policies }),
    ...mergeFallback(levels),
  };
}
