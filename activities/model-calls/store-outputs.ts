import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { StoredObject } from '../../workflows/contracts/objects.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import { ProviderFailure } from '../providers/port.js';
import type { Download, VendorJobState, VendorOutput } from '../providers/port.js';
import type { AttemptContext } from './attempt-context.js';
import type { JobAttempt } from './vendor-job.js';

/** The largest output that is taken from a vendor. */
const MAX_OUTPUT_BYTES = 4 * 1024 ** 3;

export type Succeeded = Extract<VendorJobState, { status: 'succeeded' }>;

/**
 * Streams what the vendor has made into the object store, an output at a time and never whole in memory, and says where it is.
 * A step that runs once more finds what it has stored by its place. @throws ProviderFailure where it cannot be fetched.
 */
export async function storeOutputs(
  context: AttemptContext,
  { attempt }: JobAttempt,
  { outputs, usage, warnings = [] }: Succeeded,
  signal: AbortSignal,
): Promise<readonly ReplyEvent[]> {
  const told = [...(attempt.call.warnings ?? []), ...warnings];
  const events: AnswerEvent[] = [
    { type: 'start', vendorModel: attempt.offer.vendorModel },
    ...told.map((warning) => ({ type: 'warning' as const, warning })),
  ];
  for (const [index, output] of outputs.entries()) {
    const stored = await storeOutput(context, output, index, signal);
    const { seconds, resolution } = output;
    events.push({
      type: 'video',
      index,
      source: { type: 'file-id', id: stored.id },
      mediaType: stored.mediaType,
      ...(seconds !== undefined && { seconds }),
      ...(resolution !== undefined && { resolution }),
    });
  }
  events.push({ type: 'usage', usage }, { type: 'finish', choice: 0, reason: { unified: 'stop' } });
  return [{ type: 'frame', attempt: context.input.number, sequence: 0, frame: { events } }];
}

/** Stores one output at its place among its request's. */
export async function storeOutput(
  context: AttemptContext,
  output: VendorOutput,
  position: number,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { objects, input } = context;
  const { requestId, organizationId, projectId, job } = input.request;
  const object = {
    ...{ kind: 'output' as const, organizationId, projectId, requestId, position, maxBytes: MAX_OUTPUT_BYTES },
    ...(job?.outputsUntil !== undefined && { atLeastUntil: job.outputsUntil }),
    ...(output.mediaType !== undefined && { mediaType: output.mediaType }),
  };
  if (output.type === 'base64') return objects.put(object, onePiece(Buffer.from(output.data, 'base64')));
  return fetchOutput(context, output, signal, ({ stream }) => objects.put(object, stream));
}

/** What stands at an output's address, read by `read`. @throws ProviderFailure, and whatever `read` throws. */
export async function fetchOutput<T>(
  { downloads }: Pick<AttemptContext, 'downloads'>,
  { url, headers = {} }: Extract<VendorOutput, { type: 'url' }>,
  signal: AbortSignal,
  read: (response: Download) => Promise<T>,
): Promise<T> {
  const response = await downloads.get(url, { headers, signal });
  try {
    if (response.status < 200 || response.status > 299) {
      const { status } = response;
      const message = `The vendor's output could not be fetched (HTTP ${status}).`;
      throw new ProviderFailure({ class: failureOf(status), httpStatus: status }, { message });
    }
    return await read(response);
  } finally {
    response.discard();
  }
}

/** A server in trouble may have the output a moment later; one that knows of none will not. */
function failureOf(status: number): FailureClass {
  if (status === 429) return 'rate_limited';
  return status >= 500 || status === 408 ? 'vendor_error' : 'bad_response';
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
