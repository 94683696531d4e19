import type { OfferHealth, Observation } from '../../workflows/contracts/health.js';
import { isOfAccount, observeAccount } from '../../workflows/domain/health/account.js';
import { addToBucket, type Bucket, EMPTY_BUCKET, mergeBuckets } from '../../workflows/domain/health/bucket.js';
import {
  adopt,
  type Circuit,
  isRested,
  NEW_CIRCUIT,
  NEW_WATCH,
  observe,
  warmth,
  type WatchedCircuit,
} from '../../workflows/domain/health/circuit.js';
import { offerHealth } from '../../workflows/domain/health/offer-health.js';
import type { CircuitRules } from '../../workflows/domain/health/rules.js';
import {
  bucketNumber,
  firstBucket,
  foldWindows,
  LONG_BUCKET_MS,
  recentTally,
} from '../../workflows/domain/health/window.js';
import { accountOf, healthKey } from '../../workflows/domain/health-key.js';
import type { Subject } from './circuit-rows.js';
import type { OthersBucket, OwnBucket } from './observation-rows.js';

/** Offers times credentials that are watched at once; those not seen for longest make room. */
const MOST_TRACKED = 5_000;

/** One way to a vendor, or an account that all its offers go through, as this process knows it. */
export interface Tracked extends Subject {
  readonly key: string;
  watch: WatchedCircuit;
  /** Short buckets of this process. */
  readonly own: Map<number, Bucket>;
  /** Short buckets of the other processes, by their names. */
  readonly others: Map<string, Map<number, Bucket>>;
  /** The sum of all short buckets that get no more, kept because a window has many of them and changes by its last ones. */
  settled: { readonly last: number; readonly bucket: Bucket };
  /** The long bucket that is being filled. */
  long: { readonly number: number; bucket: Bucket };
  /** Requests that may still find out, before the leave to do so lapses. */
  probes: { left: number; untilMs: number };
}

export interface TrackedOffers {
  readonly all: ReadonlyMap<string, Tracked>;
  of(subject: Subject): Tracked;
  /** Counts one attempt; gives those whose circuits have changed by it. */
  observe(observation: Observation): readonly Tracked[];
  /** Takes over what others tell of a circuit; true where it is news. */
  adopt(subject: Subject, circuit: Circuit): boolean;
  /** Closes what was opened through a credential that is another one since; gives what has changed. */
  renew(credentialId: string, nowMs: number): readonly Tracked[];
  merge(bucket: OthersBucket): void;
  /** What has changed here since the last call, to be written; `keep` gives it back where that failed. */
  takeChanged(): readonly OwnBucket[];
  keep(buckets: readonly OwnBucket[]): void;
  healthOf(tracked: Tracked, nowMs: number): OfferHealth;
  /** Drops what is older than any snapshot looks back. */
  forgetOld(nowMs: number): void;
}

export function createTrackedOffers(rules: CircuitRules): TrackedOffers {
  const all = new Map<string, Tracked>();
  const changed = new Map<string, OwnBucket>();
  const mark = (own: OwnBucket): void => {
    changed.set(`${own.width} ${own.number} ${healthKey(own.offerId, own.credentialId)}`, own);
  };

  const of = (subject: Subject): Tracked => {
    const key = healthKey(subject.offerId, subject.credentialId);
    const tracked = all.get(key) ?? newlyTracked(subject);
    // A Map lists its keys in the order in which they were set, so that the first is the one not seen for longest.
    all.delete(key);
    all.set(key, tracked);
    const [oldest] = all.keys();
    if (all.size > MOST_TRACKED && oldest !== undefined) all.delete(oldest);
    return tracked;
  };

  const watchAccount = createAccountWatch({ all, of }, rules);

  return {
    all,
    of,
    observe: (observation) => {
      const { endedAtMs } = observation;
      const tracked = of(observation);
      const { offerId, credentialId, own } = tracked;
      const subject = { offerId, ...(credentialId !== undefined && { credentialId }) };
      const number = bucketNumber(endedAtMs);
      const bucket = addToBucket(own.get(number) ?? EMPTY_BUCKET, observation);
      own.set(number, bucket);
      mark({ ...subject, width: 'short', number, bucket });

      const longNumber = bucketNumber(endedAtMs, LONG_BUCKET_MS);
      const longBefore = tracked.long.number === longNumber ? tracked.long.bucket : EMPTY_BUCKET;
      tracked.long = { number: longNumber, bucket: addToBucket(longBefore, observation) };
      mark({ ...subject, width: 'long', ...tracked.long });
      const changed = watchAccount(subject, observation);
      if (observation.failure && isOfAccount(observation.failure.class)) return changed;

      const before = tracked.watch.circuit;
      const sinceMs = Math.max(before.changedAtMs, endedAtMs - rules.shareMs);
      const recent = observation.failure ? recentTally([own, ...tracked.others.values()], sinceMs) : NOBODY;
      tracked.watch = observe(tracked.watch, observation, recent, rules, tracked.key);
      return tracked.watch.circuit === before ? changed : [...changed, tracked];
    },
    adopt: (subject, circuit) => {
      const tracked = of(subject);
      const before = tracked.watch.circuit;
      tracked.watch = adopt(tracked.watch, circuit);
      return tracked.watch.circuit !== before;
    },
    renew: (credentialId, nowMs) => {
      const ofCredential = [...all.values()].filter((one) => one.credentialId === credentialId);
      const closed = ofCredential.filter((one) => warmth(one.watch.circuit, nowMs) < 1);
      for (const one of closed) one.watch = renewed(one.watch, nowMs);
      return closed;
    },
    merge: ({ instance, number, bucket, ...subject }) => {
      const tracked = of(subject);
      const { others } = tracked;
      if (number <= tracked.settled.last) tracked.settled = UNSETTLED;
      const window = others.get(instance) ?? new Map<number, Bucket>();
      others.set(instance, window.set(number, bucket));
    },
    takeChanged: () => {
      const taken = [...changed.values()];
      changed.clear();
      return taken;
    },
    keep: (buckets) => {
      // What has changed again since then is newer.
      const newer = [...changed.values()];
      for (const own of [...buckets, ...newer]) mark(own);
    },
    healthOf: (tracked, nowMs) => {
      const { offerId, credentialId, watch, probes } = tracked;
      const { circuit } = watch;
      const mayProbe = isRested(circuit, nowMs) && probes.left > 0 && nowMs < probes.untilMs;
      const window = windowOf(tracked, nowMs);
      return offerHealth(
        { offerId, ...(credentialId !== undefined && { credentialId }), window, circuit, mayProbe },
        nowMs,
      );
    },
    forgetOld: (nowMs) => {
      const first = firstBucket(nowMs);
      for (const [key, tracked] of all) {
        const { own, others, watch } = tracked;
        dropBefore(own, first);
        for (const [instance, window] of others) {
          dropBefore(window, first);
          if (window.size === 0) others.delete(instance);
        }
        const isSettled = warmth(watch.circuit, nowMs) === 1;
        if (own.size === 0 && others.size === 0 && isSettled) all.delete(key);
      }
    },
  };
}

/** Only an account that was refused something is watched: nearly all never are. Gives it where its circuit has changed. */
function createAccountWatch(
  { all, of }: Pick<TrackedOffers, 'all' | 'of'>,
  rules: CircuitRules,
): (subject: Subject, observation: Observation) => readonly Tracked[] {
  return ({ offerId, ...through }, observation) => {
    const subject = { ...through, offerId: accountOf(offerId) };
    const key = healthKey(subject.offerId, subject.credentialId);
    const isKnown = all.has(key);
    if (!isKnown && observation.failure === undefined) return [];
    const before = isKnown ? of(subject).watch : NEW_WATCH;
    const after = observeAccount(before, observation, rules, key);
    if (after === before) return [];
    const account = of(subject);
    account.watch = after;
    return after.circuit === before.circuit ? [] : [account];
  };
}

/** The last short bucket that still gets something is the one before this moment's: others tell of it half a second late. */
function windowOf(tracked: Tracked, nowMs: number): Bucket {
  const windows = [tracked.own, ...tracked.others.values()];
  const last = bucketNumber(nowMs) - 2;
  if (tracked.settled.last !== last) tracked.settled = { last, bucket: foldWindows(windows, nowMs, { last }) };
  return mergeBuckets([tracked.settled.bucket, foldWindows(windows, nowMs, { first: last + 1 })]);
}

/** Later than what it replaces by any clock, so that it is this that others keep. */
function renewed({ circuit }: WatchedCircuit, nowMs: number): WatchedCircuit {
  return { ...NEW_WATCH, circuit: { ...NEW_CIRCUIT, changedAtMs: Math.max(nowMs, circuit.changedAtMs + 1) } };
}

const UNSETTLED: Tracked['settled'] = { last: -1, bucket: EMPTY_BUCKET };
const NOBODY = { counted: 0, faults: 0 };

function newlyTracked({ offerId, credentialId }: Subject): Tracked {
  return {
    key: healthKey(offerId, credentialId),
    offerId,
    ...(credentialId !== undefined && { credentialId }),
    watch: NEW_WATCH,
    own: new Map(),
    others: new Map(),
    settled: UNSETTLED,
    long: { number: 0, bucket: EMPTY_BUCKET },
    probes: { left: 0, untilMs: 0 },
  };
}

function dropBefore(window: Map<number, Bucket>, first: number): void {
  for (const number of window.keys()) if (number < first) window.delete(number);
}
