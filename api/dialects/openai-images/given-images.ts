import type { GivenMedia } from '../../../workflows/contracts/call.js';
import type { RequestError } from '../../http/describe-issue.js';
import { type ProbedImage, probeImage } from '../../http/image-probe.js';
import type { FormFile } from '../../http/multipart-form.js';
import { carriedOrStored } from '../shared/form-media.js';
import { checkData } from '../shared/check-data.js';
import { isWebUrl, parseBase64DataUrl } from '../shared/data-url.js';
import type { NamedFile, NamedId } from '../shared/own-files.js';
import { type ImageReference, MAX_IMAGES } from './images-request.schema.js';

/** "Each image should be a png, webp, or jpg file less than 50MB" (`CreateImageEditRequest`). */
const MAX_BYTES = 50 * 1024 * 1024;

export interface GivenImages {
  readonly images: readonly GivenMedia[];
  readonly mask?: GivenMedia;
}

export type ReadImages = ({ readonly ok: true } & GivenImages) | { readonly ok: false; readonly error: RequestError };

/** A picture as it was given: with what it says of itself where its bytes are here. */
interface Given {
  readonly source: GivenMedia;
  readonly probed?: ProbedImage;
}

/** The pictures of a form, each of which must be one. */
export function imagesOfForm(files: readonly FormFile[]): ReadImages {
  const unknown = files.find(({ field }) => field !== 'image' && field !== 'mask');
  if (unknown) return refuse('image', 'files are expected in the fields image and mask only', 'unknown_parameter');
  const ofField = (name: string): readonly FormFile[] => files.filter(({ field }) => field === name);
  const [images, masks] = [ofField('image'), ofField('mask')];
  if (images.length === 0) {
    return { ok: false, error: { message: "Missing required parameter: 'image'.", ...MISSING } };
  }
  if (images.length > MAX_IMAGES)
    return refuse('image', `expected at most ${MAX_IMAGES} pictures`, 'array_above_max_length');
  if (masks.length > 1) return refuse('mask', 'expected one mask', 'array_above_max_length');
  return readAll(
    images.map((file, index) => [file, images.length > 1 ? `image[${index}]` : 'image'] as const),
    masks[0] && ([masks[0], 'mask'] as const),
    readFile,
  );
}

const MISSING = { param: 'image', code: 'missing_required_parameter' };

/** The pictures of a request in JSON: data URLs and files of the project are looked into, addresses and a vendor's ids are left to it. */
export async function imagesOfJson(
  images: readonly ImageReference[],
  mask: ImageReference | null | undefined,
  findFiles: (named: readonly NamedId[]) => Promise<ReadonlyMap<string, NamedFile>>,
): Promise<ReadImages> {
  const given = images.map((image, index) => [image, `images[${index}]`] as const);
  const masked = mask ? ([mask, 'mask'] as const) : undefined;
  const named = [...given, ...(masked ? [masked] : [])].flatMap(([{ file_id: id }, param]) =>
    id === undefined ? [] : [{ id, param: `${param}.file_id` }],
  );
  const files = await findFiles(named);
  return readAll(given, masked, (one, param) => readReference(one, param, files));
}

function readAll<T>(
  images: readonly (readonly [T, string])[],
  mask: readonly [T, string] | undefined,
  read: (one: T, param: string) => Given | RequestError,
): ReadImages {
  const found: Given[] = [];
  for (const [one, param] of images) {
    const given = read(one, param);
    if ('message' in given) return { ok: false, error: given };
    found.push(given);
  }
  const sources = found.map(({ source }) => source);
  if (mask === undefined) return { ok: true, images: sources };
  const given = read(...mask);
  if ('message' in given) return { ok: false, error: given };
  const problem = maskProblem(given.probed, found[0]?.probed);
  return problem === undefined
    ? { ok: true, images: sources, mask: given.source }
    : refuse('mask', problem, 'invalid_image');
}

/** "Must be a valid PNG file, … and have the same dimensions as `image`." */
function maskProblem(mask: ProbedImage | undefined, image: ProbedImage | undefined): string | undefined {
  if (mask === undefined) return undefined;
  if (mask.mediaType !== 'image/png') return 'the mask must be a PNG';
  if (image === undefined || (image.width === mask.width && image.height === mask.height)) return undefined;
  return `the mask has ${mask.width}x${mask.height} pixels and the picture ${image.width}x${image.height}; both must have the same`;
}

function readFile(file: FormFile, param: string): Given | RequestError {
  return readBytes(file, file.mediaType, param);
}

function readBytes(file: NamedFile, told: string, param: string): Given | RequestError {
  const probed = probe(file, told, param);
  return 'message' in probed ? probed : { source: carriedOrStored(file, probed.mediaType), probed };
}

function readReference(
  { image_url: url, file_id: id = '' }: ImageReference,
  param: string,
  files: ReadonlyMap<string, NamedFile>,
): Given | RequestError {
  if (url === undefined) {
    const file = files.get(id);
    return file ? readBytes(file, '', `${param}.file_id`) : { source: { type: 'file-id', id } };
  }
  const field = `${param}.image_url`;
  if (isWebUrl(url)) return { source: { type: 'url', url } };
  const inline = parseBase64DataUrl(url);
  if (inline === undefined)
    return problemOf(field, 'expected an address with http or https, or a data URL in base64', 'invalid_url');
  const problem = checkData(url, field);
  if (problem) return problem;
  const head = Buffer.from(inline.data, 'base64');
  const probed = probe({ head, bytes: head.length }, inline.mediaType, field);
  if ('message' in probed) return probed;
  return { source: { type: 'base64', mediaType: probed.mediaType, data: inline.data }, probed };
}

/** What a picture is by its beginning, which holds all that it says of itself. */
function probe(
  { head, bytes }: Pick<FormFile, 'head' | 'bytes'>,
  told: string,
  param: string,
): ProbedImage | RequestError {
  if (bytes === 0) return problemOf(param, 'the picture is empty', 'empty_image');
  if (bytes > MAX_BYTES) return problemOf(param, `the picture has more than ${MAX_BYTES} bytes`, 'image_too_large');
  const probed = probeImage(head);
  if (probed === undefined) {
    return problemOf(param, 'this is no picture. Expected a whole PNG, JPEG, WebP or GIF', 'invalid_image');
  }
  // Clients that know no type send a general one, or none; one that names another picture is a mistake.
  if (told.startsWith('image/') && told.replace('image/jpg', 'image/jpeg') !== probed.mediaType) {
    return problemOf(param, `the picture is ${probed.mediaType}, and called ${told}`, 'invalid_image');
  }
  return probed;
}

function refuse(param: string, what: string, code: string): { readonly ok: false; readonly error: RequestError } {
  return { ok: false, error: problemOf(param, what, code) };
}

function problemOf(param: string, what: string, code: string): RequestError {
  return { message: `Invalid '${param}': ${what}.`, param, code };
}
