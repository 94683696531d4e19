import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { askJson } from '../../ask-json.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { VendorHttp } from '../../http.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import { lookJson } from '../../look-json.js';
import { createImageMaker } from '../../made-images.js';
import { type Look, poll, type PollClock } from '../../poll.js';
import { type MediaCapabilities, ProviderFailure } from '../../port.js';
import { fromDashscope, toDashscope } from './dashscope-images.js';

export interface DashscopeOptions {
  /** Of what is compatible with OpenAI (`…/compatible-mode/v1`), beside which the vendor's own API is. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
  readonly clock?: PollClock;
}

/** Pictures of Alibaba's Model Studio: at once, or as a task that is looked for until it ends. */
export function createDashscopeImages(options: DashscopeOptions): NonNullable<MediaCapabilities['image']> {
  const { baseUrl, apiKey, http, clock } = options;
  const root = `${baseUrl.replace(/\/+$/, '').replace(/\/compatible-mode\/v1$/, '')}/api/v1`;
  const headers = { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) };
  return createImageMaker(http, root, async (attempt) => {
    const { path, isTask, body, warnings } = toDashscope(attempt.call, attempt.offer.vendorModel);
    const asked = isTask ? { ...headers, 'x-dashscope-async': 'enable' } : headers;
    const answer = asObject(await askJson(http, { url: `${root}${path}`, headers: asked }, body, attempt)) ?? {};
    if (!isTask) return { ...fromDashscope(answer), warnings };
    const id = asText(asObject(answer['output'])?.['task_id']);
    if (id === undefined) throw badResponse('The vendor took the request without a task.');
    const task = `${root}/tasks/${encodeURIComponent(id)}`;
    const ended = await poll({
      look: async () => readTask(await lookJson(http, { url: task, headers }, attempt.signal)),
      signal: attempt.signal,
      ...(clock && { clock }),
      // It ends tasks that wait; those that run go on.
      cancel: async (signal) => (await http.postJson({ url: `${task}/cancel`, headers, body: '{}', signal })).discard(),
    });
    return { ...fromDashscope(ended), warnings };
  });
}

function readTask(answer: JsonObject): Look<JsonObject> {
  const output = asObject(answer['output']) ?? {};
  switch (output['task_status']) {
    case 'SUCCEEDED':
      return { done: true, value: answer };
    case 'PENDING':
    case 'RUNNING':
    case 'SUSPENDED':
      return { done: false };
    default: {
      const { failure, detail } = classifyErrorEvent({ error: output });
      throw new ProviderFailure(failure, detail);
    }
  }
}
