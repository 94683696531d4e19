import { describe, expect, it } from 'vitest';
import { asObject, asObjects } from '../../activities/providers/json-fields.js';
import { toGoogleGenerate } from '../../activities/providers/google/chat/to-google-generate.js';
import { testAttempt } from '../../activities/providers/google/chat/test-attempt.js';
import { toGoogleCount } from '../../activities/providers/google/count/create-google-count.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { camelCased, comparable, toCall, whyNot } from './gemini-conversation.js';
import { present, recordings, recordingsOf, type GeminiRecording } from './gemini-samples.js';
import { loadGoogleSpecification, specified } from './google-specification.js';

if (!present || !specified) console.warn('Skipped: ../shared/recordings or ../shared/specs/google is absent.');

const nameOf = ({ file, n, service }: GeminiRecording) => `${service.id} ${file} ${n}`;
const requests = recordings.map((recording) => ({
  recording,
  request: camelCased(recording.request) as JsonObject,
}));
const ours = requests.filter(({ request }) => whyNot(request) === undefined);

/** What we would send for a recorded request, as it goes over the wire. */
function send({ model, service }: GeminiRecording, request: JsonObject): JsonObject {
  const { body } = toGoogleGenerate(testAttempt(toCall(request), model), service);
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}

describe.skipIf(!present)('every recorded request to Gemini', () => {
  it('is a call of ours, but for those with tools that run at the vendor, or contents that it keeps', () => {
    const reasons: Record<string, number> = {};
    for (const { request } of requests) {
      const reason = whyNot(request);
      if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    expect(reasons).toEqual({
      cachedContent: 2,
      codeExecution: 4,
      executableCode: 1,
      fileSearch: 5,
      googleSearch: 20,
      'no first message': 6,
      toolCall: 2,
      'tools that are no list': 2,
      urlContext: 6,
      videoMetadata: 1,
    });
    expect(ours.length).toBe(344);
  });

  it('is made again with the same contents, instructions and declared tools', () => {
    for (const { recording, request } of ours) {
      const sent = send(recording, request);
      const name = nameOf(recording);
      expect(comparable(asObjects(sent['contents'])), name).toEqual(comparable(asObjects(request['contents'])));
      const textsOf = (body: JsonObject) =>
        asObjects(asObject(body['systemInstruction'])?.['parts']).map(({ text }) => text);
      const asked = textsOf(request).filter((text) => text !== '');
      expect(textsOf(sent).slice(0, asked.length), name).toEqual(asked);
      const namesOf = (body: JsonObject) =>
        asObjects(body['tools']).flatMap((tool) =>
          asObjects(tool['functionDeclarations']).map((declared) => declared['name']),
        );
      expect(namesOf(sent), name).toEqual(namesOf(request));
    }
  });
});

describe.skipIf(!present || !specified)('what is sent to Gemini', () => {
  it('is what each service describes', () => {
    const specification = loadGoogleSpecification();
    const validators = {
      google: specification.google('GenerateContentRequest'),
      vertex: specification.vertex('GenerateContentRequest'),
    };
    for (const { recording, request } of ours) {
      const { service } = recording;
      const body = send(recording, request);
      const validate = validators[service.id];
      expect(validate(body) || validate.errors, nameOf(recording)).toBe(true);
    }
  });

  it('is that of the recorded counts', () => {
    const specification = loadGoogleSpecification();
    const counts = [...recordingsOf('gemini.count.jsonl'), ...recordingsOf('vertex.count.jsonl')];
    expect(counts.length).toBe(10);
    for (const recording of counts) {
      const { model, service } = recording;
      const recorded = asObject(recording.request['generateContentRequest']) ?? recording.request;
      const request = camelCased({ ...recorded, tools: [] }) as JsonObject;
      const body = JSON.parse(
        JSON.stringify(toGoogleCount(testAttempt(toCall(request), model), service)),
      ) as JsonObject;
      const sent = asObject(body['generateContentRequest']) ?? body;
      expect(comparable(asObjects(sent['contents'])), nameOf(recording)).toEqual(
        comparable(asObjects(request['contents'])),
      );
      // The description leaves out the model within, which the API demands and every recording has.
      const { model: _model, ...described } = sent;
      const validate = specification[service.id]('CountTokensRequest');
      const checked = service.id === 'google' ? { generateContentRequest: described } : described;
      expect(validate(checked) || validate.errors, nameOf(recording)).toBe(true);
    }
  });
});
