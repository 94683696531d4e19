import { setWorkflowOptions } from '@temporalio/workflow';
import type { RequestInput, RequestResult } from '../contracts/requests.js';
import { serveRequest } from './steps/serve-request.js';

// A bug fails its request, with what was held released, instead of retrying the workflow task for ever. Unversioned, a
// flow goes on under whatever code is newest, so that an incompatible change needs `patched()`.
setWorkflowOptions({ failureExceptionTypes: [Error] }, chat);

/** A chat request. */
export async function chat(request: RequestInput): Promise<RequestResult> {
  return serveRequest(request);
}
