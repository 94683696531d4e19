import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import { canonicalJson, isObject } from './json-fields.js';

/** One recorded exchange with a vendor, as a line of the recordings has it. */
export interface Recording {
  readonly n: number;
  readonly request: JsonObject;
  readonly status: number;
  readonly response_headers: JsonObject;
  /** `text` is a stream, verbatim; `json` was parsed by the recorder, so that its spacing is lost. */
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const files = { openai: 'openai.chat.jsonl', anthropic: 'anthropic.messages.jsonl' } as const;
type RecordedVendor = keyof typeof files;
const sharedFolder = fileURLToPath(new URL('../../../shared/recordings/http/', import.meta.url));
const ownFolder = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** Whether the real recordings are beside the project; without them the hand-written ones stand in. */
export const hasSharedRecordings = existsSync(sharedFolder + files.openai);

const loaded = new Map<RecordedVendor, readonly Recording[]>();

export const recordingsOf = (vendor: RecordedVendor): readonly Recording[] => {
  const known = loaded.get(vendor);
  if (known !== undefined) return known;
  if (!hasSharedRecordings) {
    console.warn(`fake vendor: ../shared/recordings is absent: replaying the hand-written fixtures for ${vendor}`);
  }
  const recordings = hasSharedRecordings ? readRecordings(sharedFolder, vendor) : handWrittenOf(vendor);
  loaded.set(vendor, recordings);
  return recordings;
};

const readRecordings = (folder: string, vendor: RecordedVendor): readonly Recording[] => {
  const lines = readFileSync(folder + files[vendor], 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
};

/** The fixtures that the project itself ships. */
export const handWrittenOf = (vendor: RecordedVendor): readonly Recording[] => readRecordings(ownFolder, vendor);

const keyOf = (body: JsonObject): string => `${canonicalJson(body.model)} ${canonicalJson(body.messages)}`;

/** The recording whose model, messages and streaming are the request's, else the one at the index. */
export const findRecording = (ask: Ask, index: number | undefined): Recording => {
  if (ask.vendor === 'google' || ask.vendor === 'bedrock' || ask.api === 'responses') {
    throw new Error('fake vendor: recordings are replayed for chat and messages only');
  }
  const recordings = recordingsOf(ask.vendor);
  const key = keyOf(ask.body);
  const matching = recordings.filter((recording) => isObject(recording.request) && keyOf(recording.request) === key);
  const same = matching.find((recording) => (recording.response.text !== undefined) === ask.stream) ?? matching[0];
  const found = same ?? (index === undefined ? undefined : recordings[index]);
  if (found === undefined) throw new Error(`fake vendor: no ${ask.vendor} recording matches and index is ${index}`);
  return found;
};
