/** A refusal by the gateway itself, in terms of HTTP and of OpenAI's error object. */
export interface GatewayError {
  readonly status: number;
  /** `error.type` of OpenAI's envelope. */
  readonly openaiType: 'invalid_request_error' | 'insufficient_quota' | 'requests' | 'tokens' | 'server_error';
  /** What is wrong and what to do, for where nothing more exact is known. */
  readonly message: string;
  /** Whether the same request, sent once more a little later, may succeed. */
  readonly retryable: boolean;
}

export type GatewayErrorCode = keyof typeof ROWS;

const ROWS = {
  missing_api_key: refusal(401, "No API key was given. Send it as 'Authorization: Bearer KEY'."),
  invalid_api_key: refusal(
    401,
    'The API key is not known here. Check it for missing characters, or create another one.',
  ),
  revoked_api_key: refusal(401, 'The API key was revoked. Use another one.'),
  expired_api_key: refusal(401, 'The API key has expired. Create another one.'),
  admin_key_required: refusal(403, 'This needs an admin key, and the key given is one for inference.'),
  inference_key_required: refusal(403, 'This needs a key for inference, and the key given is an admin key.'),

  permission_denied: refusal(403, 'The role of this key does not permit this. Ask an owner of the organisation.'),
  endpoint_not_allowed: refusal(403, 'This key, its project, team or organisation does not allow this endpoint.'),

  not_found: refusal(404, 'There is nothing at this address. Check the path; the API begins with /v1.'),
  method_not_allowed: refusal(405, 'This address does not take this method. Check whether GET or POST is meant.'),
  model_not_found: refusal(
    404,
    'The model does not exist or is not available to you. GET /v1/models lists those that are.',
  ),
  no_route: refusal(
    404,
    'No offer of the model meets all that the request and its routing policies ask for. Loosen what the message names.',
  ),
  request_not_found: refusal(404, 'There is no request of this id, or it is not one of your project.'),
  answer_not_found: refusal(
    404,
    'No answer is stored under this id in your project: it was not to be, it was deleted, or its time is over.',
  ),
  answer_unfinished: retryLater(
    409,
    'The answer to go on from is not there yet. Wait until it has ended, or cancel it.',
    'invalid_request_error',
  ),
  job_not_found: refusal(404, 'There is no job of this id, or it is not one of your project.'),
  job_unfinished: retryLater(
    409,
    'The job has not ended, so that it has no result yet. Poll the job, or follow its events.',
    'invalid_request_error',
  ),
  job_result_expired: refusal(410, "The job's result is no longer held. Its record still tells how it went."),
  job_not_kept: refusal(
    403,
    'This project has no answer kept (`answer_hold_ms` is 0), and a job is come back for. Wait for the answer instead.',
  ),
  schedule_not_found: refusal(404, 'There is no schedule of this id, or it is not one of your project.'),
  too_many_schedules: refusal(409, 'This project has as many schedules as one may have. Delete one.'),
  batch_not_found: refusal(404, 'There is no batch of this id, or it is not one of your project.'),
  batch_unfinished: retryLater(
    409,
    'The batch has not ended, so that there are no results yet, and nothing to delete. Poll the batch, or cancel it first.',
    'invalid_request_error',
  ),
  project_not_found: refusal(404, 'There is no project of this id in your organisation.'),
  key_not_found: refusal(404, 'There is no API key of this id in this project.'),
  budget_not_found: refusal(404, 'There is no budget of this id in your organisation, or it is closed.'),
  scope_not_found: refusal(404, 'There is nothing of this kind and id in your organisation.'),
  account_not_found: refusal(404, 'There is no account of this id in your organisation.'),
  request_not_charged: refusal(404, 'No request of this id was charged to your organisation.'),
  credential_not_found: refusal(404, 'There is no credential of this id on this list.'),
  webhook_endpoint_not_found: refusal(404, 'There is no webhook endpoint of this id in your organisation.'),
  webhook_delivery_not_found: refusal(404, 'There is no delivery of this id to this endpoint, or it is forgotten.'),
  webhook_endpoint_exists: refusal(
    409,
    "There is an endpoint for the 'webhook_url' of requests already. Rotate its secret to get one.",
  ),
  transfer_exists: refusal(409, 'This key was used before for another movement of money. Use a new key.'),
  insufficient_credit: refusal(409, 'Less than this amount is neither spent nor held. Take back less.'),
  refund_exceeds_charge: refusal(
    409,
    'All refunds of a request together cannot be more than it was charged. Refund less.',
  ),
  user_not_found: refusal(404, 'There is no user of this id in this organisation or project.'),
  invite_not_found: refusal(404, 'There is no such invitation, or it is no longer open. Ask for another one.'),

  user_exists: refusal(409, 'Somebody of this e-mail address is a user already. Change the role of that user instead.'),
  last_owner: refusal(409, 'An organisation keeps at least one owner. Make somebody else an owner first.'),
  team_not_found: refusal(404, 'There is no team of this id in your organisation.'),
  service_account_not_found: refusal(404, 'There is no service account of this id in this project.'),
  team_in_use: refusal(409, 'Projects or teams that are not archived stand in this team. Move or archive them first.'),
  archived: refusal(409, 'This is archived, and what is archived does not change. Create another one.'),
  key_revoked: refusal(409, 'The API key is revoked or has expired, and stays so. Create another one.'),
  routing_policy_not_found: refusal(
    404,
    'There is no routing policy of this id in your organisation, or in this project.',
  ),
  limit_not_found: refusal(404, 'There is no rate limit of this id in your organisation.'),
  limit_exists: refusal(409, 'There is a rate limit for the same already. Change its amount instead.'),
  proposal_not_found: refusal(404, 'There is no proposal of this id. GET /v1/operator/catalogue/proposals lists them.'),
  proposal_closed: refusal(
    409,
    'This was decided before, or is no longer true of the offer. Look at the proposals that are open.',
  ),

  invalid_json: refusal(400, 'The body is not valid JSON. Send one JSON object, in UTF-8.'),
  invalid_request: refusal(400, 'The request is not valid. Compare its fields with the documentation of this address.'),
  body_too_large: refusal(413, 'The body is too large. Send less, or refer to media by URL.'),
  unsupported_media_type: refusal(
    415,
    "The body is of a type that is not read here. Send 'Content-Type: application/json'.",
  ),

  file_not_found: refusal(404, 'There is no file of this id in your project, or its time is over.'),
  object_not_found: refusal(404, 'There is nothing to read here any more: it was deleted, or its time is over.'),
  upload_not_found: refusal(404, 'There is no upload of this id in your project.'),
  upload_not_open: refusal(400, 'The upload is completed, cancelled or expired. Create another one.'),
  empty_file: refusal(400, 'The file has no bytes. Send one that has.'),
  file_too_large: refusal(413, 'The file is too large. Send a smaller one, or send it in parts through /v1/uploads.'),
  url_not_valid: refusal(403, 'The URL has expired or was not made here. Ask for a new one.'),
  webhook_not_genuine: refusal(401, 'The signature of this webhook does not hold: it is not the vendor’s, or too old.'),
  range_not_satisfiable: refusal(416, 'The range lies behind the end. Ask for bytes that there are.'),

  insufficient_funds: {
    status: 402,
    openaiType: 'insufficient_quota',
    message:
      'The most that this request could cost is more than what is available. Ask for fewer output tokens, or add funds.',
    retryable: false,
  },
  unbounded: refusal(
    400,
    'The most that this request could cost cannot be told beforehand. Leave out what has no price.',
  ),
  output_cap_too_large: refusal(400, 'More output tokens were asked for than the model can write. Ask for fewer.'),

  rate_limit_exceeded: retryLater(429, 'A rate limit is reached. Wait as long as retry-after says.', 'requests'),
  request_exceeds_rate_limit: {
    status: 429,
    openaiType: 'tokens',
    message: 'The request is larger than a whole rate limit. Send less at once.',
    // It would be as large the next time.
    retryable: false,
  },

  invalid_idempotency_key: refusal(
    400,
    "The 'Idempotency-Key' must be 1 to 255 printable ASCII characters. Send a UUID.",
  ),
  idempotency_key_reused: refusal(
    422,
    "The 'Idempotency-Key' came before with another body. Use a new key for a new request.",
  ),
  answer_expired: refusal(409, "The answer to this 'Idempotency-Key' is no longer held. Use a new key to ask again."),

  too_many_in_flight: retryLater(503, 'The gateway has as many requests in flight as it takes. Try again in a moment.'),
  shutting_down: retryLater(503, 'This gateway process is about to stop. Try again in a moment.'),
  unavailable: retryLater(
    503,
    'The gateway cannot reach its database or Temporal at the moment. Try again in a moment.',
  ),
  abandoned: retryLater(
    503,
    'The request was interrupted before a model was asked, and nothing was charged. Try again.',
  ),
  no_vendor_answered: retryLater(
    503,
    'Every vendor that serves the model failed, each for the reason in `metadata.attempts`; nothing was charged. Send again later.',
  ),
  not_implemented: refusal(501, 'This endpoint is not built yet. The documentation lists those that are.'),
  internal_error: {
    status: 500,
    openaiType: 'server_error',
    message: 'The gateway failed. Give the request id to whoever runs it.',
    // What a bug has refused it will refuse again, and a second call may not be free.
    retryable: false,
  },
} as const satisfies { readonly [code: string]: GatewayError };

/** The gateway's own refusals by code: the one table that the API, its documentation and its tests go by. */
export const gatewayErrors: { readonly [C in GatewayErrorCode]: GatewayError } = freeze(ROWS);

export function isGatewayErrorCode(code: string): code is GatewayErrorCode {
  return Object.hasOwn(gatewayErrors, code);
}

/** The row of a code; one that nobody declared is a fault of ours, and told as one. */
export function gatewayError(code: string): GatewayError {
  return gatewayErrors[isGatewayErrorCode(code) ? code : 'internal_error'];
}

function refusal(status: number, message: string): GatewayError {
  const openaiType = status >= 500 ? 'server_error' : 'invalid_request_error';
  return { status, openaiType, message, retryable: false };
}

function retryLater(
  status: number,
  message: string,
  openaiType: GatewayError['openaiType'] = 'server_error',
): GatewayError {
  return { status, openaiType, message, retryable: true };
}

function freeze<T extends { readonly [code: string]: GatewayError }>(rows: T): T {
  for (const row of Object.values(rows)) Object.freeze(row);
  return Object.freeze(rows);
}
