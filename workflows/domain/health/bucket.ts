import type { FailureClass } from '../../contracts/failures.js';
import type { AnswerSigns, FailureCounts, ObservedQuality, Observation } from '../../contracts/health.js';
import { faultOf } from './fault.js';
import { addToSketch, EMPTY_SKETCH, mergeSketches, type Sketch } from './sketch.js';

/** Answers by what could be seen of them; `checked` counts those that could be looked at for it. */
export interface QualityCounts {
  readonly answered: number;
  readonly refused: number;
  readonly truncated: number;
  readonly empty: number;
  readonly schemaChecked: number;
  readonly schemaInvalid: number;
  readonly toolCallsChecked: number;
  readonly toolCallsInvalid: number;
}

/** What was seen of an offer in a stretch of time. Plain JSON, and any two add up to what was seen in both. */
export interface Bucket {
  readonly attempts: number;
  readonly failures: FailureCounts;
  readonly firstTokenMs: Sketch;
  readonly tokensPerSecond: Sketch;
  readonly quality: QualityCounts;
}

const NO_QUALITY: QualityCounts = {
  answered: 0,
  refused: 0,
  truncated: 0,
  empty: 0,
  schemaChecked: 0,
  schemaInvalid: 0,
  toolCallsChecked: 0,
  toolCallsInvalid: 0,
};

export const EMPTY_BUCKET: Bucket = {
  attempts: 0,
  failures: {},
  firstTokenMs: EMPTY_SKETCH,
  tokensPerSecond: EMPTY_SKETCH,
  quality: NO_QUALITY,
};

export function addToBucket(bucket: Bucket, { failure, firstTokenMs, tokensPerSecond, signs }: Observation): Bucket {
  const { attempts, failures, quality } = bucket;
  return {
    attempts: attempts + 1,
    failures: failure ? { ...failures, [failure.class]: (failures[failure.class] ?? 0) + 1 } : failures,
    firstTokenMs: addMeasured(bucket.firstTokenMs, firstTokenMs),
    tokensPerSecond: addMeasured(bucket.tokensPerSecond, tokensPerSecond),
    quality: signs ? addSigns(quality, signs) : quality,
  };
}

function addMeasured(sketch: Sketch, value: number | undefined): Sketch {
  return value === undefined ? sketch : addToSketch(sketch, value);
}

function addSigns(counts: QualityCounts, signs: AnswerSigns): QualityCounts {
  const { schemaValid, toolCallsValid } = signs;
  return {
    answered: counts.answered + 1,
    refused: counts.refused + Number(signs.refused),
    truncated: counts.truncated + Number(signs.truncated),
    empty: counts.empty + Number(signs.empty),
    schemaChecked: counts.schemaChecked + Number(schemaValid !== undefined),
    schemaInvalid: counts.schemaInvalid + Number(schemaValid === false),
    toolCallsChecked: counts.toolCallsChecked + Number(toolCallsValid !== undefined),
    toolCallsInvalid: counts.toolCallsInvalid + Number(toolCallsValid === false),
  };
}

/** The sum, in whatever order: so the windows of several processes add up to the same. */
export function mergeBuckets(buckets: readonly Bucket[]): Bucket {
  const [only] = buckets;
  if (only !== undefined && buckets.length === 1) return only;
  const failures: Record<string, number> = {};
  const quality: { -readonly [Q in keyof QualityCounts]: number } = { ...NO_QUALITY };
  let attempts = 0;
  for (const bucket of buckets) {
    attempts += bucket.attempts;
    for (const [name, count] of Object.entries(bucket.failures)) failures[name] = (failures[name] ?? 0) + count;
    for (const name of QUALITY_NAMES) quality[name] += bucket.quality[name];
  }
  return {
    attempts,
    failures,
    firstTokenMs: mergeSketches(buckets.map((bucket) => bucket.firstTokenMs)),
    tokensPerSecond: mergeSketches(buckets.map((bucket) => bucket.tokensPerSecond)),
    quality,
  };
}

const QUALITY_NAMES = Object.keys(NO_QUALITY) as readonly (keyof QualityCounts)[];

/** Attempts that say something about the vendor, and those of them that failed by its fault or by our account's. */
export interface Tally {
  readonly counted: number;
  readonly faults: number;
}

export function tallyOf({ attempts, failures }: Pick<Bucket, 'attempts' | 'failures'>): Tally {
  let [nobodys, faults] = [0, 0];
  for (const [name, count] of Object.entries(failures)) {
    if (faultOf(name as FailureClass) === 'nobody') nobodys += count;
    else faults += count;
  }
  return { counted: attempts - nobodys, faults };
}

/** The share of attempts that were served, without those that a rate limit refused. Undefined where there was none. */
export function uptimeOf(bucket: Bucket): number | undefined {
  const { counted, faults } = tallyOf(bucket);
  const limited = bucket.failures.rate_limited ?? 0;
  return counted === limited ? undefined : (counted - faults) / (counted - limited);
}

/** Undefined where no answer came, so that there was nothing to look at. */
export function qualityOf({ quality }: Bucket): ObservedQuality | undefined {
  const { answered, refused, truncated, empty, schemaChecked, toolCallsChecked } = quality;
  if (answered === 0) return undefined;
  return {
    refused: refused / answered,
    truncated: truncated / answered,
    empty: empty / answered,
    ...(schemaChecked > 0 && { schemaInvalid: quality.schemaInvalid / schemaChecked }),
    ...(toolCallsChecked > 0 && { toolCallInvalid: quality.toolCallsInvalid / toolCallsChecked }),
  };
}
