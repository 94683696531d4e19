import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import type { RequestError } from '../../http/describe-issue.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { isForm } from '../../http/multipart-form.js';
import { probeAudio } from '../../http/probe-audio.js';
import { refused } from '../../http/refused-error.js';
import { sendError } from '../../http/rendered-error.js';
import type { RequestForms } from '../../requests/request-forms.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { MODEL_MISSING, modelsNamed } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { toTranscriptionCall } from './to-transcription-call.js';
import { createTranscriptionRenderer } from './transcription-renderer.js';
import { transcriptionRequestSchema, translationRequestSchema } from './transcription-request.schema.js';

const TASKS = {
  '/v1/audio/transcriptions': { task: 'transcribe', schema: transcriptionRequestSchema },
  '/v1/audio/translations': { task: 'translate', schema: translationRequestSchema },
} as const;

interface Route {
  readonly offersOf: OffersOfKind;
  readonly forms: RequestForms;
  readonly path: keyof typeof TASKS;
}

const FILE_MISSING: RequestError = {
  message: "Missing required parameter: 'file'. Send the sound as a file of the form.",
  param: 'file',
  code: 'missing_required_parameter',
};

/** `POST /v1/audio/transcriptions` and `/v1/audio/translations`, whose requests are forms. */
export function registerTranscriptionRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
  forms: RequestForms,
): void {
  const options = { config: { kind: 'inference', scope: 'audio' }, onRequest: hooks } as const;
  app.register((scope, _options, done) => {
    forms.register(scope);
    for (const path of Object.keys(TASKS) as readonly (keyof typeof TASKS)[]) {
      const handle = forms.handler((request, reply) => transcribe(deps, { offersOf, forms, path }, request, reply));
      scope.post(path, options, handle);
    }
    done();
  });
}

async function transcribe(
  deps: AppDependencies,
  { offersOf, forms, path }: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!isForm(request)) throw refused('unsupported_media_type', 'Send multipart/form-data, with the sound in `file`.');
  const { task, schema } = TASKS[path];
  const form = await forms.read(request);
  const parsed = parseBody(schema, form.fields);
  if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
  const { body, fields } = parsed;
  const named = modelsNamed(fields);
  if (named.length === 0) return sendError(reply, renderRequestError(MODEL_MISSING));
  const sound = form.files.find(({ field }) => field === 'file');
  if (sound === undefined) return sendError(reply, renderRequestError(FILE_MISSING));
  const { projectId } = callerOf(request);
  const about = await probeAudio(sound, (id) => deps.objects.read({ id, projectId }));
  const call = toTranscriptionCall({ task, body, fields, file: sound, about });
  const asked = { call, named, fields, createRenderer: () => createTranscriptionRenderer(call) };
  return serveMedia(deps, offersOf, asked, request, reply);
}
