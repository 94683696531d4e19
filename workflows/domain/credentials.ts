import type { UsableCredential } from '../contracts/credentials.js';
import type { HealthSnapshot } from '../contracts/health.js';
import type { NanoUsd } from '../contracts/money.js';
import type { Candidate, CandidateSummary } from '../contracts/requests.js';
import { healthOfWay } from './health/way-health.js';
import { formatNano } from './money.js';
import { hashOf, toShare } from './seed.js';

/** Ways to one offer that are planned. More would keep the caller waiting at one vendor while others could answer. */
const MAX_WAYS_AN_OFFER = 3;
/** The share of the account that the environment configures, which has no row to say another. */
export const ENVIRONMENT_WEIGHT = 100;

export interface Spreading {
  readonly organizationId: string;
  readonly projectId: string;
  /** The request's id: the same request is always spread in the same way. */
  readonly seed: string;
  /** The vendors that the environment has an account at. */
  readonly environment: ReadonlySet<string>;
  readonly health?: HealthSnapshot;
  /** Only by credentials of the caller's own. */
  readonly byokOnly?: boolean;
  /** The order of the offers is what somebody asked for, so that own accounts go first within each offer only. */
  readonly keepsOrder?: boolean;
}

/** One account that may serve an offer; `credential` is absent for the environment's. */
interface Way {
  readonly credential?: UsableCredential;
  /** 0 for the project's own, 1 for the organisation's, 2 for the operator's. */
  readonly rank: number;
  readonly weight: number;
}

interface Spread {
  readonly candidate: Candidate;
  readonly isDown: boolean;
}

/**
 * Each planned offer as up to three candidates, one for each account that may serve it: the caller's own accounts first (the
 * project's before the organisation's), then the operator's, unless one of the caller's own forbids that. Of the same rank
 * the order is drawn by weight; what is known to be down, was refused when last verified or has reached a limit goes last.
 * Own accounts also go before the operator's where several offers of one model stand together in an order that nobody asked
 * for. What an own account serves is
 * charged nothing.
 */
export function spreadOverCredentials(
  candidates: readonly Candidate[],
  credentials: readonly UsableCredential[],
  spreading: Spreading,
): readonly Candidate[] {
  const usable = credentials.filter((credential) => mayServe(credential, spreading));
  return runsOfOneModel(candidates).flatMap((run) => {
    const spread = run.flatMap((candidate) => spreadOne(candidate, usable, spreading));
    // Without any, the order of the plan is nobody's to change here.
    if (spreading.keepsOrder === true || !spread.some(({ candidate }) => candidate.isOwn))
      return spread.map(({ candidate }) => candidate);
    const placeOf = ({ isDown, candidate: { isOwn } }: Spread): number => Number(isDown) * 2 + Number(!isOwn);
    return spread.toSorted((left, right) => placeOf(left) - placeOf(right)).map(({ candidate }) => candidate);
  });
}

/** By which accounts a vendor may be asked, undefined for the environment's, where that is not the only one. */
export function accountsByVendor(
  credentials: readonly UsableCredential[],
  environment: ReadonlySet<string>,
): ReadonlyMap<string, readonly (string | undefined)[]> {
  const known = new Map<string, readonly (string | undefined)[]>();
  for (const { vendor, id } of credentials) {
    known.set(vendor, [...(known.get(vendor) ?? (environment.has(vendor) ? [undefined] : [])), id]);
  }
  return known;
}

/** Whether a credential is the operator's, or of this very organisation and, where it is a project's, of that project. */
export function mayServe(
  { organizationId, projectId }: Pick<UsableCredential, 'organizationId' | 'projectId'>,
  caller: { readonly organizationId: string; readonly projectId?: string },
): boolean {
  if (organizationId === undefined) return projectId === undefined;
  return organizationId === caller.organizationId && (projectId === undefined || projectId === caller.projectId);
}

/** The most that any of them can be charged, which is what is held. */
export function dearestCharge(candidates: readonly Candidate[]): NanoUsd {
  const costs = candidates.map(({ worstCaseNanoUsd }) => BigInt(worstCaseNanoUsd));
  return formatNano(costs.reduce((most, cost) => (cost > most ? cost : most), 0n));
}

/** Whether two name the same way to the same offer. */
export function isSameWay(
  left: Pick<CandidateSummary, 'offerId' | 'credentialId' | 'tier'>,
  right: Pick<CandidateSummary, 'offerId' | 'credentialId' | 'tier'>,
): boolean {
  return left.offerId === right.offerId && left.credentialId === right.credentialId && left.tier === right.tier;
}

/** The candidate of a plan that a summary was made of. */
export function findCandidate(
  candidates: readonly Candidate[],
  summary: Pick<CandidateSummary, 'offerId' | 'credentialId' | 'tier'>,
): Candidate | undefined {
  return candidates.find(({ offer, credentialId, tier }) =>
    isSameWay(
      { offerId: offer.id, ...(credentialId !== undefined && { credentialId }), ...(tier && { tier }) },
      summary,
    ),
  );
}

function runsOfOneModel(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const runs: Candidate[][] = [];
  for (const candidate of candidates) {
    const run = runs.at(-1);
    const { model } = candidate.offer;
    if (run && model !== undefined && run[0]?.offer.model === model) run.push(candidate);
    else runs.push([candidate]);
  }
  return runs;
}

function spreadOne(candidate: Candidate, usable: readonly UsableCredential[], spreading: Spreading): readonly Spread[] {
  const ways = waysTo(candidate, usable, spreading);
  return ways.slice(0, MAX_WAYS_AN_OFFER).map((way) => ({
    candidate: {
      ...candidate,
      ...(way.credential && { credentialId: way.credential.id }),
      ...(way.rank < OPERATORS && { isOwn: true as const, worstCaseNanoUsd: '0' }),
    },
    isDown: isDown(way, candidate, spreading),
  }));
}

/** What is known of a way may be old, so that it is kept, as the last. */
function isDown({ credential }: Way, { offer }: Candidate, { health }: Spreading): boolean {
  if (credential?.isRefused === true || credential?.isUsedUp === true) return true;
  return health !== undefined && healthOfWay(health, offer, credential?.id)?.circuit === 'open';
}

const OPERATORS = 2;

function waysTo(candidate: Candidate, usable: readonly UsableCredential[], spreading: Spreading): readonly Way[] {
  const { id: offerId, vendor } = candidate.offer;
  const ofVendor = usable.filter((credential) => credential.vendor === vendor);
  const own = ofVendor.filter(({ organizationId }) => organizationId !== undefined);
  const isOwnOnly = spreading.byokOnly === true || own.some(({ fallback }) => fallback === 'never');
  const operators: readonly Way[] = [
    ...(spreading.environment.has(vendor) ? [{ rank: OPERATORS, weight: ENVIRONMENT_WEIGHT }] : []),
    ...ofVendor.filter(({ organizationId }) => organizationId === undefined).map((credential) => toWay(credential)),
  ];
  const order = (ways: readonly Way[]): readonly Way[] => {
    const inTurn = drawn(ways, `${spreading.seed} ${offerId}`);
    const isUp = (way: Way): boolean => !isDown(way, candidate, spreading);
    return [...inTurn.filter(isUp), ...inTurn.filter((way) => !isUp(way))];
  };
  const ownInTurn = order(own.map(toWay));
  const others = isOwnOnly ? [] : order(operators);
  // However many an organisation has of its own, one place is kept for what it falls back to.
  const kept = others.length > 0 ? ownInTurn.slice(0, MAX_WAYS_AN_OFFER - 1) : ownInTurn;
  return [...kept, ...others];
}

function toWay(credential: UsableCredential): Way {
  const { organizationId, projectId, weight } = credential;
  return { credential, weight, rank: organizationId === undefined ? OPERATORS : projectId === undefined ? 1 : 0 };
}

/**
 * By rank, and within a rank drawn without replacement by weight: the smallest of `-ln(u) / weight` comes first (Efraimidis
 * and Spirakis, "Weighted random sampling with a reservoir", 2006), where `u` is made of the seed and the way's own name.
 */
function drawn(ways: readonly Way[], seed: string): readonly Way[] {
  return ways
    .map((way) => ({ way, key: -Math.log(toShare(hashOf(`${seed} ${way.credential?.id ?? ''}`))) / way.weight }))
    .sort((left, right) => left.way.rank - right.way.rank || left.key - right.key)
    .map(({ way }) => way);
}
