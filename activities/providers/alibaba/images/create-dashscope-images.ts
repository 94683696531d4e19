import { askJson } from '../../ask-json.js';
import { asObject } from '../../json-fields.js';
import { createImageMaker } from '../../made-images.js';
import type { MediaCapabilities } from '../../port.js';
import { type ModelStudioAccount, modelStudioAt } from '../model-studio-tasks.js';
import { fromDashscope, toDashscope } from './dashscope-images.js';

/** Pictures of Alibaba's Model Studio that are there at once; those of Wan are jobs. */
export function createDashscopeImages(account: ModelStudioAccount): NonNullable<MediaCapabilities['image']> {
  const { http } = account;
  const { root, headers } = modelStudioAt(account);
  return createImageMaker(http, root, async (attempt) => {
    const { path, body, warnings } = toDashscope(attempt.call, attempt.offer.vendorModel);
    const answer = await askJson(http, { url: `${root}${path}`, headers }, body, attempt);
    return { ...fromDashscope(asObject(answer) ?? {}), warnings };
  });
}
