import { setWorkflowOptions } from '@temporalio/workflow';
import type { RequestInput, RequestResult } from '../contracts/requests.js';
import { serveRequest } from './steps/serve-request.js';

// As of chat.
setWorkflowOptions({ failureExceptionTypes: [Error] }, media);

/** A request for what is no conversation (`request.kind` says what); a type of its own, so that Temporal's UI tells them apart. */
export async function media(request: RequestInput): Promise<RequestResult> {
  return serveRequest(request);
}
