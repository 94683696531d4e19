import type { FastifyRequest } from 'fastify';
import type { GivenMedia } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ObjectStore } from '../../../workflows/contracts/objects.js';
import type { ImageCall } from '../../../workflows/contracts/media-calls.js';
import { callerOf } from '../../http/authenticate.js';
import type { RequestError } from '../../http/describe-issue.js';
import { isForm } from '../../http/multipart-form.js';
import type { RequestForms } from '../../requests/request-forms.js';
import { findNamed } from '../shared/own-files.js';
import { MODEL_MISSING, modelsNamed } from '../shared/models-named.js';
import { type ParsedBody, parseBody } from '../shared/parse-body.js';
import { imagesOfForm, imagesOfJson, type ReadImages } from './given-images.js';
import {
  imageEditFormSchema,
  imageEditSchema,
  imageGenerationSchema,
  imageVariationSchema,
  type ImagesRequestFields,
} from './images-request.schema.js';
import { toImageCall } from './to-image-call.js';

export type ReadRequest =
  | { readonly ok: true; readonly call: ImageCall<GivenMedia>; readonly fields: ImagesRequestFields }
  | { readonly ok: false; readonly error: RequestError };

/** Reads a request for pictures, as a form or as JSON, whichever the operation has. */
export async function readImagesRequest(
  operation: ImageCall['operation'],
  request: FastifyRequest,
  { forms, objects }: { readonly forms: RequestForms; readonly objects: ObjectStore },
): Promise<ReadRequest> {
  // A project that has no answer kept has no picture kept either.
  const mayKeep = callerOf(request).answerHoldMs > 0;
  const finish = (
    parsed: ParsedBody<ImagesRequestFields>,
    readImages: () => ReadImages | Promise<ReadImages>,
  ): Promise<ReadRequest> => finishRead(operation, parsed, readImages, mayKeep);
  if (operation === 'generate') {
    return finish(parseBody(imageGenerationSchema, request.body), () => NO_IMAGES);
  }
  if (isForm(request)) {
    const form = await forms.read(request);
    const body = typedFields(form.fields);
    const images = (): ReadImages => imagesOfForm(form.files);
    if (operation === 'vary') return finish(parseBody(imageVariationSchema, body), images);
    return finish(parseBody(imageEditFormSchema, body), images);
  }
  if (operation === 'vary') return { ok: false, error: FORM_ONLY };
  const parsed = parseBody(imageEditSchema, request.body);
  if (!parsed.ok) return parsed;
  const { images, mask } = parsed.fields;
  const { projectId } = callerOf(request);
  return finish(parsed, () => imagesOfJson(images, mask, (named) => findNamed(objects, projectId, named)));
}

const NO_IMAGES: ReadImages = { ok: true, images: [] };

const FORM_ONLY: RequestError = {
  message: 'Variations are asked for by a form. Send multipart/form-data with the picture in the field image.',
  param: 'image',
  code: 'invalid_type',
};

async function finishRead(
  operation: ImageCall['operation'],
  parsed: ParsedBody<ImagesRequestFields>,
  readImages: () => ReadImages | Promise<ReadImages>,
  mayKeep: boolean,
): Promise<ReadRequest> {
  if (!parsed.ok) return parsed;
  const { body, fields } = parsed;
  if (modelsNamed(fields).length === 0) return { ok: false, error: MODEL_MISSING };
  const given = await readImages();
  if (!given.ok) return given;
  return { ok: true, fields, call: toImageCall(operation, body, fields, given, mayKeep) };
}

const NUMBERS: ReadonlySet<string> = new Set(['n', 'output_compression', 'partial_images', 'seed']);
const SWITCHES: ReadonlySet<string> = new Set(['stream', 'include_route']);
const OBJECTS: ReadonlySet<string> = new Set(['provider']);

/** A form's fields are texts; those that JSON has as numbers and the like are made into such where they read as them. */
function typedFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typed(name, value)]));
}

function typed(name: string, value: JsonObject[string]): JsonObject[string] {
  if (typeof value !== 'string') return value;
  if (NUMBERS.has(name) && /^\d{1,12}$/.test(value)) return Number(value);
  if (SWITCHES.has(name) && (value === 'true' || value === 'false')) return value === 'true';
  return OBJECTS.has(name) ? parsed(value) : value;
}

function parsed(text: string): JsonObject[string] {
  try {
    return JSON.parse(text) as JsonObject[string];
  } catch {
    return text;
  }
}
