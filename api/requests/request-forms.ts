import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppDependencies } from '../dependencies.js';
import { isCheckOnly } from '../http/acting-as.js';
import { callerOf } from '../http/authenticate.js';
import { type Form, type KeepFile, readForm, registerMultipart } from '../http/multipart-form.js';
import { refused } from '../http/refused-error.js';
import { warnOf } from './backstop-options.js';
import { wantedJob } from './job-terms.js';

/** Each holds up to two parts of 8 MiB on their way to S3, whatever the size of its file. */
const LARGE_FILES_AT_ONCE = 32;
const RETRY_AFTER_MS = 1_000;
/** From the first byte of a form to the start of its request, and from that one's deadline to its end. */
const AROUND_MS = 15 * 60_000;

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The forms of requests for models, whose large files rest in the object store until the request ends. */
export interface RequestForms {
  /** Lets the routes of a scope take forms. */
  register(scope: FastifyInstance): void;
  /** The handler of a route that reads forms; what a request has brought that came to nothing is destroyed behind it. */
  handler(handle: Handler): Handler;
  /**
   * Reads the request's form. `isBackground` where its route always makes a job of it.
   * @throws RefusalError as `readForm`; `too_many_in_flight`.
   */
  read(request: FastifyRequest, isBackground?: boolean): Promise<Form>;
}

/** For all routes of one process: they share how many large files are taken at once. */
export function createRequestForms(deps: AppDependencies): RequestForms {
  const { objects, settings, log } = deps;
  const withFiles = new WeakSet<FastifyRequest>();
  let writing = 0;

  const keepFor =
    (request: FastifyRequest, isBackground: boolean): KeepFile =>
    async ({ mediaType, bytes }) => {
      if (writing >= LARGE_FILES_AT_ONCE) throw refused('too_many_in_flight', '', { retryAfterMs: RETRY_AFTER_MS });
      writing += 1;
      try {
        const { organizationId, projectId } = callerOf(request);
        const expiresAt = await endOf(deps, request, isBackground);
        withFiles.add(request);
        const owner = { organizationId, projectId, requestId: request.id };
        // The form bounds all of its files together.
        const maxBytes = settings.maxFileBytes;
        return await objects.put({ ...owner, kind: 'input', mediaType, maxBytes, expiresAt }, bytes);
      } finally {
        writing -= 1;
      }
    };

  return {
    register: registerMultipart,
    read: (request, isBackground = false) => readForm(request, settings, keepFor(request, isBackground)),
    handler: (handle) => async (request, reply) => {
      let isServed = false;
      try {
        const answered = await handle(request, reply);
        isServed = reply.statusCode < 400;
        return answered;
      } finally {
        if (withFiles.has(request) && !(isServed && isOwnRequest(request))) {
          await objects
            .destroyInputs(request.id)
            .catch(warnOf(log, request.id, 'what a form brought was not destroyed'));
        }
      }
    },
  };
}

/** A keyed one may repeat another, which then answers; and of one that is only checked nothing comes. */
function isOwnRequest(request: FastifyRequest): boolean {
  return request.headers['idempotency-key'] === undefined && !isCheckOnly(request);
}

/** When what a form brings is over at the latest, whatever becomes of its request. */
async function endOf(deps: AppDependencies, request: FastifyRequest, isBackground: boolean): Promise<string> {
  const job = await wantedJob(deps, request, isBackground);
  const latestMs = job ? Date.parse(job.terms.deadlineAt) : Date.now() + deps.settings.timeouts.totalMs;
  return new Date(latestMs + AROUND_MS).toISOString();
}
