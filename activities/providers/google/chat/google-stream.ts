import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { ClassifiedFailure } from '../../classify-failure.js';
import { readGoogleUsage } from './google-usage.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { NEW_CANDIDATE, readCandidate } from './read-candidate.js';
import type { CandidateState } from './read-candidate.js';
import type { Reading } from './reading.js';

/** What has been read of an answer, whole or streamed. */
export interface GoogleStreamState {
  readonly reading: Reading;
  readonly started: boolean;
  readonly responseId?: string;
  readonly candidates: ReadonlyMap<number, CandidateState>;
  /** The latest count: each chunk's is of all that came before it. */
  readonly usage?: JsonObject;
  /** Why there is no answer, or no more of one. */
  readonly failure?: ClassifiedFailure;
}

export function startGoogleStream(reading: Reading): GoogleStreamState {
  return { reading, started: false, candidates: new Map() };
}

/** One `GenerateContentResponse`; a stream has many, each with what is new, and a plain answer is one. */
export function readGoogleChunk(state: GoogleStreamState, chunk: JsonObject): readonly [GoogleStreamState, Frame] {
  if (chunk['error'] !== undefined) return [{ ...state, failure: classifyErrorEvent(chunk) }, { events: [] }];
  const blocked = asText(asObject(chunk['promptFeedback'])?.['blockReason']);
  const entries = asObjects(chunk['candidates']);
  if (blocked !== undefined && entries.length === 0) return [{ ...state, failure: blockedBy(blocked) }, { events: [] }];

  const events: AnswerEvent[] = state.started ? [] : [readStart(chunk)];
  const responseId = state.responseId ?? asText(chunk['responseId']);
  const candidates = new Map(state.candidates);
  for (const entry of entries) {
    const choice = asCount(entry['index']) ?? 0;
    const before = candidates.get(choice) ?? NEW_CANDIDATE;
    const [next, found] = readCandidate(before, entry, { choice, reading: state.reading, responseId });
    candidates.set(choice, next);
    events.push(...found);
  }
  const usage = asObject(chunk['usageMetadata']) ?? state.usage;
  const next = { ...state, started: true, candidates, ...(responseId !== undefined && { responseId }) };
  return [{ ...next, ...(usage !== undefined && { usage }) }, { events }];
}

/** Whether the answer is whole, and its usage. There is no end marker: every candidate has said why it ended. */
export function endGoogleStream(state: GoogleStreamState): {
  readonly whole: boolean;
  readonly events: Frame['events'];
} {
  const candidates = [...state.candidates.values()];
  const usage = state.usage === undefined ? undefined : readGoogleUsage(state.usage);
  return {
    whole: candidates.length > 0 && candidates.every(({ finished }) => finished),
    events: usage === undefined ? [] : [{ type: 'usage', usage }],
  };
}

function readStart(chunk: JsonObject): AnswerEvent {
  const vendorId = asText(chunk['responseId']);
  const vendorModel = asText(chunk['modelVersion']);
  const createdAtMs = Date.parse(asText(chunk['createTime']) ?? '');
  return {
    type: 'start',
    ...(vendorId !== undefined && { vendorId }),
    ...(vendorModel !== undefined && { vendorModel }),
    ...(Number.isFinite(createdAtMs) && { createdAtSeconds: Math.floor(createdAtMs / 1000) }),
  };
}

/** A prompt that is blocked is answered with HTTP 200 and no candidate. */
function blockedBy(reason: string): ClassifiedFailure {
  const vendorCode = reason.toLowerCase();
  return {
    failure: { class: 'content_policy', ...(/^[a-z0-9_.-]{1,64}$/.test(vendorCode) && { vendorCode }) },
    detail: { message: `The vendor blocked the prompt (${vendorCode.slice(0, 64)}).` },
  };
}
