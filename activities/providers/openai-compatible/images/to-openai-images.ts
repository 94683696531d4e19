import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { GivenMedia } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { BYTES_ONLY } from '../../../../workflows/domain/picture-answer.js';
import { toUrl } from '../../fetch-media.js';
import { type FormPart, type FormUpload, toUpload } from '../../multipart-body.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { createWarnings, type Warnings } from '../../warnings.js';

export interface OpenAiImagesRequest {
  readonly operation: '/images/generations' | '/images/edits' | '/images/variations';
  /** With files a form, of which these are the texts; else JSON. */
  readonly body: JsonObject;
  readonly files?: readonly FormUpload[];
  readonly warnings: readonly Warning[];
}

/** The gateway's own fields, which no vendor is told. */
const OURS: ReadonlySet<string> = new Set([
  ...['models', 'provider', 'include_route', 'on_disconnect', 'session_id'],
  // Told by warnings, or in OpenAI's own words.
  ...['aspect_ratio', 'resolution', 'negative_prompt', 'seed'],
]);

/** The sizes that every GPT Image model makes, by their proportions. */
const SIZES: { readonly [aspectRatio: string]: string | undefined } = {
  '1:1': '1024x1024',
  '3:2': '1536x1024',
  '2:3': '1024x1536',
};

/**
 * A request of OpenAI's images API (https://platform.openai.com/docs/api-reference/images), with the caller's fields as they came.
 * Pictures go as files, or by their addresses and ids in JSON, which the API takes for edits.
 */
export function toOpenAiImages({ call, offer }: MediaAttempt<ImageCall<GivenMedia>>): OpenAiImagesRequest {
  const warnings = createWarnings();
  const body = { ...toFields(call, offer.vendorModel, isGptImage(offer.id), warnings) };
  if (call.operation === 'generate') {
    return { operation: '/images/generations', body, warnings: warnings.list() };
  }
  const operation = call.operation === 'edit' ? '/images/edits' : '/images/variations';
  const given = [...call.images, ...(call.mask ? [call.mask] : [])];
  return {
    operation,
    ...(given.every(isBytes) ? { body, files: toFiles(call) } : { body: withReferences(call, body) }),
    warnings: warnings.list(),
  };
}

type Bytes = Exclude<GivenMedia, { readonly type: 'url' | 'file-id' }>;

function isBytes({ type }: GivenMedia): boolean {
  return type === 'base64' || type === 'stored';
}

/** `dall-e-*` differ in what they take and give; all newer ones are alike. Named by the offer, because a deployment has any name. */
export function isGptImage(offerId: string): boolean {
  return /(^|\/)(gpt-image|chatgpt-image)/.test(offerId);
}

function toFields(call: ImageCall<GivenMedia>, model: string, isGpt: boolean, warnings: Warnings): JsonObject {
  const kept = Object.entries(call.source.body).filter(([name, value]) => !OURS.has(name) && value !== null);
  const { response_format: format, ...fields }: Record<string, JsonObject[string]> = Object.fromEntries(kept);
  warnIgnored(call, warnings);
  // GPT Image models refuse the field, and always give bytes.
  if (isGpt && call.delivery === 'url') warnings.add('changed', 'response_format', BYTES_ONLY);
  const size = fields['size'] ?? sizeOf(call, isGpt, warnings);
  return {
    ...fields,
    model,
    ...(size !== undefined && { size }),
    ...(!isGpt && format !== undefined && { response_format: format }),
  };
}

function warnIgnored({ negativePrompt, resolution, seed }: ImageCall<GivenMedia>, warnings: Warnings): void {
  if (negativePrompt !== undefined) {
    warnings.add('ignored', 'negative_prompt', 'The vendor takes none. Say in the prompt what is not to be seen.');
  }
  if (resolution !== undefined) warnings.add('ignored', 'resolution', 'The vendor goes by size alone.');
  if (seed !== undefined) warnings.add('ignored', 'seed', 'The vendor takes none.');
}

function sizeOf({ aspectRatio }: ImageCall<GivenMedia>, isGpt: boolean, warnings: Warnings): string | undefined {
  if (aspectRatio === undefined) return undefined;
  const size = isGpt ? SIZES[aspectRatio] : undefined;
  if (size === undefined) {
    warnings.add('ignored', 'aspect_ratio', 'The vendor goes by size alone. Use size in its place.');
  }
  return size;
}

/** As the fields of a form, which are texts. */
export function toTexts(fields: JsonObject): readonly FormPart[] {
  return Object.entries(fields).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

function toFiles({ images, mask }: ImageCall<GivenMedia>): readonly FormUpload[] {
  const name = images.length > 1 ? 'image[]' : 'image';
  const files = images.map((image, index) => toFile(name, `image-${index}`, image));
  return [...files, ...(mask ? [toFile('mask', 'mask', mask)] : [])];
}

function toFile(name: string, title: string, source: GivenMedia): FormUpload {
  const bytes = source as Bytes;
  const ending = bytes.mediaType.replace(/^image\//, '');
  return toUpload({ name, filename: `${title}.${ending}` }, bytes);
}

/** https://platform.openai.com/docs/api-reference/images/createEdit (`EditImageBodyJsonParam`). */
function withReferences({ images, mask }: ImageCall<GivenMedia>, fields: JsonObject): JsonObject {
  return { ...fields, images: images.map(toReference), ...(mask && { mask: toReference(mask) }) };
}

function toReference(source: GivenMedia): JsonObject {
  // All pictures of a form are files of it; only JSON has references.
  if (source.type === 'stored') throw refuseCall('A file and a reference cannot go together.', 'image');
  return source.type === 'file-id' ? { file_id: source.id } : { image_url: toUrl(source, 'images') };
}
