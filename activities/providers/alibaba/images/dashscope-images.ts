import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities } from '../../image-features.js';
import { asObject, asObjects, asText, defined } from '../../json-fields.js';
import { type MadeImages, nothingMade, urlImage } from '../../made-images.js';
import { createWarnings } from '../../warnings.js';

export interface DashscopeRequest {
  readonly path: string;
  /** Submitted, and looked for as a task. */
  readonly isTask: boolean;
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

const FEATURES = ['size', 'negative_prompt', 'seed'] as const;

/**
 * Model Studio's own API. Qwen-Image answers at once
 * (https://www.alibabacloud.com/help/en/model-studio/qwen-image-api); Wan is a task
 * (https://www.alibabacloud.com/help/en/model-studio/text-to-image-v2-api-reference).
 */
export function toDashscope(call: ImageCall, model: string): DashscopeRequest {
  const warnings = createWarnings();
  const isTask = /^wan/.test(model);
  holdToAbilities(call, { given: isTask ? 0 : 3, features: FEATURES }, warnings);
  const content = [
    ...call.images.map((image, index) => ({ image: toUrl(image, `image[${index}]`) })),
    { text: call.prompt },
  ];
  const parameters = defined({
    n: call.count,
    size: call.size?.replace('x', '*'),
    seed: call.seed,
    ...(!isTask && { negative_prompt: call.negativePrompt }),
    watermark: false,
  });
  const input = isTask
    ? defined({ prompt: call.prompt, negative_prompt: call.negativePrompt })
    : { messages: [{ role: 'user', content }] };
  return {
    path: isTask ? '/services/aigc/text2image/image-synthesis' : '/services/aigc/multimodal-generation/generation',
    isTask,
    body: { model, input, parameters },
    warnings: warnings.list(),
  };
}

/** What an answer, or a task that has succeeded, has made. */
export function fromDashscope(answer: JsonObject): MadeImages {
  const output = asObject(answer['output']) ?? {};
  const ofMessages = asObjects(output['choices']).flatMap((choice) =>
    asObjects(asObject(choice['message'])?.['content']).map((part) => asText(part['image'])),
  );
  const ofTask = asObjects(output['results']).map((result) => asText(result['url']));
  const images = [...ofMessages, ...ofTask].filter((url) => url !== undefined).map(urlImage);
  if (images.length === 0) throw nothingMade(asText(asObjects(output['results'])[0]?.['message']));
  const id = asText(answer['request_id']);
  return { images, ...(id !== undefined && { start: { vendorId: id } }) };
}
