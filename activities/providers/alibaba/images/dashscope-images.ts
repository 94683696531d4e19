import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities } from '../../image-features.js';
import { asObject, asObjects, asText, defined } from '../../json-fields.js';
import { jobFailed } from '../../job-failed.js';
import {
  type MadeImage,
  type MadeImages,
  madePictures,
  nothingMade,
  PICTURE_FAILED,
  urlImage,
} from '../../made-images.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import { createWarnings } from '../../warnings.js';

export interface DashscopeRequest {
  readonly path: string;
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

const FEATURES = ['size', 'negative_prompt', 'seed'] as const;

/** Whether a model's pictures are asked for as a task. */
export function isTask(model: string): boolean {
  return /^wan/.test(model);
}

/**
 * Model Studio's own API. Qwen-Image answers at once
 * (https://www.alibabacloud.com/help/en/model-studio/qwen-image-api); Wan is a task
 * (https://www.alibabacloud.com/help/en/model-studio/text-to-image-v2-api-reference).
 */
export function toDashscope(call: ImageCall, model: string): DashscopeRequest {
  const warnings = createWarnings();
  const asTask = isTask(model);
  holdToAbilities(call, { given: asTask ? 0 : 3, features: FEATURES }, warnings);
  const content = [
    ...call.images.map((image, index) => ({ image: toUrl(image, `image[${index}]`) })),
    { text: call.prompt },
  ];
  const parameters = defined({
    n: call.count,
    size: call.size?.replace('x', '*'),
    seed: call.seed,
    ...(!asTask && { negative_prompt: call.negativePrompt }),
    watermark: false,
  });
  const input = asTask
    ? defined({ prompt: call.prompt, negative_prompt: call.negativePrompt })
    : { messages: [{ role: 'user', content }] };
  return {
    path: asTask ? '/services/aigc/text2image/image-synthesis' : '/services/aigc/multimodal-generation/generation',
    body: { model, input, parameters },
    warnings: warnings.list(),
  };
}

/** What an answer has made. */
export function fromDashscope(answer: JsonObject): MadeImages {
  const choices = asObjects(asObject(answer['output'])?.['choices']);
  const images = choices.flatMap((choice) =>
    asObjects(asObject(choice['message'])?.['content']).flatMap((part) => imageAt(part['image'])),
  );
  if (images.length === 0) throw nothingMade();
  const id = asText(answer['request_id']);
  return { images, ...(id !== undefined && { start: { vendorId: id } }) };
}

/** How a task goes (`GET /api/v1/tasks/{id}`); it is forgotten after a day (`UNKNOWN`). */
export function fromDashscopeTask(answer: JsonObject, warnings: readonly Warning[]): VendorJobState {
  const output = asObject(answer['output']) ?? {};
  switch (output['task_status']) {
    case 'SUCCEEDED': {
      const results = asObjects(output['results']);
      const images = results.flatMap((result) => imageAt(result['url']));
      return madePictures({ images, warnings }, asText(answer['request_id']), asText(results[0]?.['message']));
    }
    case 'PENDING':
    case 'RUNNING':
    case 'SUSPENDED':
      return { status: 'running' };
    default:
      return jobFailed(output['code'], output['message'], PICTURE_FAILED);
  }
}

function imageAt(url: Json | undefined): readonly MadeImage[] {
  return typeof url === 'string' ? [urlImage(url)] : [];
}
