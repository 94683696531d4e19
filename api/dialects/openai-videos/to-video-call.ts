import type { GivenMedia, MediaSource } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../workflows/contracts/media-calls.js';
import type { RequestError } from '../../http/describe-issue.js';
import { probeImage } from '../../http/image-probe.js';
import type { FormFile } from '../../http/multipart-form.js';
import { checkImage } from '../shared/check-data.js';
import { carriedOrStored } from '../shared/form-media.js';
import type { NamedFile } from '../shared/own-files.js';
import { isWebUrl, parseBase64DataUrl } from '../shared/data-url.js';
import type { VideoRequestFields } from './video-request.schema.js';

interface GivenImage {
  readonly param: string;
  readonly url: string;
  readonly role: 'first' | 'last' | 'reference';
}

/** A file of a form, or one of the project's that stands for it. */
export type GivenFile = NamedFile & Pick<FormFile, 'field'>;

/** The id of a file that the request names for its picture. */
export function fileNamed({ input_reference: one }: VideoRequestFields): string | undefined {
  return typeof one === 'object' && one !== null ? one.file_id : undefined;
}

/** The call, or what is wrong with one of its pictures. */
export function toVideoCall(
  body: JsonObject,
  fields: VideoRequestFields,
  files: readonly GivenFile[],
): VideoCall<GivenMedia> | RequestError {
  const given = imagesOf(fields);
  for (const { url, param } of given) {
    const problem = isWebUrl(url) || parseBase64DataUrl(url) ? checkImage(url, param) : notAnImage(param);
    if (problem) return problem;
  }
  const sent: GivenMedia[] = [];
  for (const file of files.filter(({ field }) => field === 'input_reference')) {
    // What the file says of itself: its sender may call it anything.
    const mediaType = probeImage(file.head)?.mediaType;
    if (mediaType === undefined) return notAnImage('input_reference');
    sent.push(carriedOrStored(file, mediaType));
  }
  const sourcesOf = (role: GivenImage['role']): readonly MediaSource[] =>
    given.filter((one) => one.role === role).map(({ url }) => toUrlSource(url));
  const [firstFrame] = [...sent, ...sourcesOf('first')];
  const [lastFrame] = sourcesOf('last');
  const { size, resolution, aspect_ratio: aspectRatio, generate_audio: withAudio, seed, user } = fields;
  const seconds = fields.seconds ?? fields.duration;
  return {
    kind: 'video',
    source: { dialect: 'openai-videos', body },
    stream: false,
    prompt: fields.prompt,
    count: 1,
    references: sourcesOf('reference'),
    ...(fields.negative_prompt != null && { negativePrompt: fields.negative_prompt }),
    ...(seconds != null && { seconds }),
    ...(size != null && { size }),
    ...(resolution != null && { resolution: resolution.toLowerCase() }),
    ...(aspectRatio != null && { aspectRatio }),
    ...(withAudio != null && { withAudio }),
    ...(seed != null && { seed }),
    ...(user != null && { endUser: user }),
    ...(firstFrame && { firstFrame }),
    ...(lastFrame && { lastFrame }),
  };
}

/** OpenAI's one picture is what the video begins with. */
function imagesOf({ input_reference: one, frame_images: frames, input_references: references }: VideoRequestFields) {
  const first = typeof one === 'string' ? one : urlOf(one);
  const images: (GivenImage | undefined)[] = [
    first === undefined ? undefined : { param: 'input_reference', url: first, role: 'first' },
    ...(frames ?? []).map((frame, index) => {
      const url = urlOf(frame);
      const role = frame.frame_type === 'last_frame' ? ('last' as const) : ('first' as const);
      return url === undefined ? undefined : { param: `frame_images[${index}].image_url`, url, role };
    }),
    ...(references ?? []).map((reference, index) => {
      const url = urlOf(reference);
      return url === undefined
        ? undefined
        : { param: `input_references[${index}].image_url`, url, role: 'reference' as const };
    }),
  ];
  return images.filter((image) => image !== undefined);
}

function urlOf(
  image: { readonly image_url?: string | { readonly url: string } | null | undefined } | null | undefined,
): string | undefined {
  const given = image?.image_url;
  return given == null ? undefined : typeof given === 'string' ? given : given.url;
}

function toUrlSource(url: string): MediaSource {
  const inline = parseBase64DataUrl(url);
  return inline ? { type: 'base64', ...inline } : { type: 'url', url };
}

function notAnImage(param: string): RequestError {
  return {
    message: `Invalid '${param}': expected a URL of a picture, its data as 'data:image/png;base64,…', or a file of it (PNG, JPEG, WebP or GIF) in a form.`,
    param,
    code: 'invalid_image',
  };
}
