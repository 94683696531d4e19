import type { EmbeddingCall, EmbeddingInput, VideoCall } from '../../workflows/contracts/media-calls.js';
import { type Bytes, inlineGiven, type MediaReach } from './fetch-media.js';

/** Fetches from public addresses alone, which a caller may have named. */
type Reach = Omit<MediaReach, 'home'>;

/** The call with its pictures in it, for vendors that fetch none themselves. Throws `invalid_request` with the field. */
export async function inlineInputs(call: EmbeddingCall, reach: Reach): Promise<EmbeddingCall> {
  const inline = async (input: EmbeddingInput, index: number): Promise<EmbeddingInput> =>
    input.type === 'image'
      ? { ...input, source: await inlineGiven(input.source, { ...reach, home: '' }, `input[${index}]`) }
      : input;
  return { ...call, inputs: await Promise.all(call.inputs.map(inline)) };
}

/** The same of a video's frames and references. */
export async function inlineFrames(call: VideoCall, reach: Reach): Promise<VideoCall> {
  const inline = (source: VideoCall['references'][number]): Promise<Bytes> =>
    inlineGiven(source, { ...reach, home: '' }, 'input_reference');
  const { firstFrame, lastFrame, references } = call;
  const [first, last, others] = await Promise.all([
    firstFrame && inline(firstFrame),
    lastFrame && inline(lastFrame),
    Promise.all(references.map(inline)),
  ]);
  return { ...call, ...(first && { firstFrame: first }), ...(last && { lastFrame: last }), references: others };
}
