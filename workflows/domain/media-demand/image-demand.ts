import type { GivenMedia } from '../../contracts/call.js';
import type { ImageCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** More than any vendor makes of one picture that it is given: OpenAI's largest is some 6,500 at high fidelity. */
const MAX_TOKENS_OF_A_PICTURE = 8_192;

export function imageDemand(call: ImageCall<GivenMedia>): MediaSize {
  const { prompt, negativePrompt = '', images, mask, count, size, quality, resolution } = call;
  const textBytes = utf8Length(prompt) + utf8Length(negativePrompt);
  const given = images.length + (mask ? 1 : 0);
  return {
    textBytes,
    // No vendor is given sound for a picture, so that a price for it adds nothing.
    units: { input: textBytes, input_image: given * MAX_TOKENS_OF_A_PICTURE, input_audio: 0, images: count },
    asked: {
      ...(size !== undefined && { size }),
      ...(quality !== undefined && { quality }),
      ...(resolution !== undefined && { resolution }),
    },
  };
}
