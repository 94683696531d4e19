import type { FailureClass } from '../../workflows/contracts/failures.js';

// What vendors document of their own codes, where a code says more than the status it comes with, or contradicts it. In lower
// case, as `error-envelope.ts` reads them. Names that several vendors share with one meaning stand in `classify-failure.ts`.

type Codes = { readonly [code: string]: FailureClass };

/** https://help.aliyun.com/en/model-studio/error-code: an overdue account is 400 (`Arrearage`) or 403. */
const ALIBABA: Codes = {
  'allocationquota.freetieronly': 'quota_exhausted',
  prepaidbilloverdue: 'quota_exhausted',
  postpaidbilloverdue: 'quota_exhausted',
  invalidapikey: 'auth',
  'accessdenied.unpurchased': 'permission',
  'model.accessdenied': 'permission',
  model_access_denied: 'permission',
  modelnotfound: 'model_not_found',
  throttling: 'rate_limited',
  'throttling.burstrate': 'rate_limited',
  modelunavailable: 'overloaded',
};

/** https://www.volcengine.com/docs/82379/1299023: 429 for quotas that no waiting fills, 403 for an overdue account. */
const VOLCENGINE: Codes = {
  'operationdenied.serviceoverdue': 'quota_exhausted',
  quotaexceeded: 'quota_exhausted',
  accountquotaexceeded: 'quota_exhausted',
  setlimitexceeded: 'quota_exhausted',
  'invalidendpoint.closedendpoint': 'model_not_found',
  modelloadingerror: 'overloaded',
};

/** https://cloud.tencent.com/document/product/1729/101848 (Hunyuan), by the names that the compatible endpoint repeats. */
const TENCENT: Codes = {
  'failedoperation.resourcepackexhausted': 'quota_exhausted',
  'failedoperation.freeresourcepackexhausted': 'quota_exhausted',
  'failedoperation.servicestop': 'quota_exhausted',
  'failedoperation.servicestoparrears': 'quota_exhausted',
  'resourceinsufficient.chargeresourceexhaust': 'quota_exhausted',
  'failedoperation.servicenotactivated': 'permission',
  'authfailure.unauthorizedoperation': 'permission',
  'failedoperation.engineserverlimitexceeded': 'rate_limited',
  requestlimitexceeded: 'rate_limited',
  limitexceeded: 'rate_limited',
  'failedoperation.engineservererror': 'vendor_error',
  'failedoperation.consoleservererror': 'vendor_error',
  'failedoperation.enginerequesttimeout': 'vendor_error',
  'invalidparametervalue.model': 'model_not_found',
};

/** https://platform.minimax.io/docs/api-reference/errorcode: most of them come with HTTP 200. */
const MINIMAX: Codes = {
  base_resp_1000: 'vendor_error',
  base_resp_1001: 'timeout_first_token',
  base_resp_1013: 'vendor_error',
  base_resp_1024: 'vendor_error',
  base_resp_1033: 'vendor_error',
  base_resp_1041: 'rate_limited',
  base_resp_1042: 'invalid_request',
  base_resp_2045: 'rate_limited',
  base_resp_2056: 'quota_exhausted',
  base_resp_2061: 'permission',
};

/** https://platform.kimi.ai/docs/api/errors */
const MOONSHOT: Codes = {
  rate_limit_reached_error: 'rate_limited',
  resource_not_found_error: 'model_not_found',
  permission_denied_error: 'permission',
  invalid_authentication_error: 'auth',
  incorrect_api_key_error: 'auth',
};

/** https://openrouter.ai/docs/api/reference/errors-and-debugging (`metadata.error_type`), which errors within a stream have, too. */
const OPENROUTER: Codes = {
  authentication: 'auth',
  permission_denied: 'permission',
  payment_required: 'quota_exhausted',
  // "A token budget enforced by OpenRouter, for example a credit-based cap".
  token_limit_exceeded: 'quota_exhausted',
  provider_unavailable: 'vendor_error',
  not_found: 'model_not_found',
  payload_too_large: 'request_too_large',
  unprocessable: 'invalid_request',
  refusal: 'content_policy',
};

/** https://console.groq.com/docs/errors, https://inference-docs.cerebras.ai/support/error, https://docs.mistral.ai */
const OTHERS: Codes = {
  // Groq, under 400.
  model_decommissioned: 'model_not_found',
  model_terms_required: 'permission',
  organization_restricted: 'permission',
  // Cerebras, under 429: its own load.
  queue_exceeded: 'overloaded',
  wrong_api_key: 'auth',
  // Mistral, under 429 or 503: its own load.
  service_tier_capacity_exceeded: 'overloaded',
  // Anthropic, under 429: no waiting helps before the next month.
  enforced_spend_limit_reached: 'quota_exhausted',
};

/** https://learn.microsoft.com/azure/foundry/openai/how-to/quota and the answers that its users report. */
const AZURE: Codes = {
  deploymentnotfound: 'model_not_found',
  // 400, where a deployment is of a model for another operation.
  operationnotsupported: 'model_not_found',
  // 401, where the identity lacks a role.
  permissiondenied: 'permission',
  ratelimitreached: 'rate_limited',
  // 401, of Foundry's own credential at the maker of the model; it passes.
  invalid_model_endpoint_authentication: 'vendor_error',
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html, and the exceptions of the operations. */
const AWS: Codes = {
  unrecognizedclientexception: 'auth',
  // A signature or a token of its own kind.
  expiredtokenexception: 'auth',
  invalidsignatureexception: 'auth',
  incompletesignature: 'auth',
  incompletesignatureexception: 'auth',
  missingauthenticationtoken: 'auth',
  missingauthenticationtokenexception: 'auth',
  invalidclienttokenid: 'auth',
  accessdeniedexception: 'permission',
  throttlingexception: 'rate_limited',
  // "You can resubmit your request later", under 400.
  servicequotaexceededexception: 'rate_limited',
  // Under 429, "not ready to serve inference requests", and the two under 424 are the model's own faults.
  modelnotreadyexception: 'overloaded',
  serviceunavailableexception: 'overloaded',
  modelerrorexception: 'vendor_error',
  modelstreamerrorexception: 'vendor_error',
  resourcenotfoundexception: 'model_not_found',
};

export const VENDOR_CODES: Codes = {
  ...ALIBABA,
  ...VOLCENGINE,
  ...TENCENT,
  ...MINIMAX,
  ...MOONSHOT,
  ...OPENROUTER,
  ...OTHERS,
  ...AZURE,
  ...AWS,
};

/** Families of codes, of which vendors add members. */
export const CODE_FAMILIES: readonly (readonly [RegExp, FailureClass])[] = [
  // Volcengine: InputTextSensitiveContentDetected, OutputVideoSensitiveContentDetected.PolicyViolation, …
  [/sensitivecontentdetected/, 'content_policy'],
  [/^(in|out)put(text|image|video|audio)riskdetection/, 'content_policy'],
  // Volcengine: ModelAccountTpmRateLimitExceeded, RateLimitExceeded.EndpointRPMExceeded, …
  [/ratelimitexceeded/, 'rate_limited'],
  // Tencent.
  [/^operationdenied\.(text|image)illegaldetected$/, 'content_policy'],
  [/^authfailure\./, 'auth'],
];

/**
 * Bare numbers by the status that they come with, because one vendor's number is another's, too. Those of Z.ai and Zhipu
 * (https://docs.z.ai/api-reference/api-code), of Mistral (3505, 3810) and of SiliconFlow (20012, 30001;
 * https://docs.siliconflow.cn/en/faqs/error-code).
 */
const NUMBERS: { readonly [status: number]: Codes } = {
  400: {
    '1211': 'model_not_found',
    '1220': 'permission',
    '1221': 'model_not_found',
    '1222': 'model_not_found',
    '1261': 'context_length',
    '1301': 'content_policy',
    '20012': 'model_not_found',
  },
  403: { '30001': 'quota_exhausted' },
  429: {
    // Overdue; a daily limit; a limit of use; a plan that is over; a limit of a week or month.
    '1113': 'quota_exhausted',
    '1304': 'quota_exhausted',
    '1308': 'quota_exhausted',
    '1309': 'quota_exhausted',
    '1310': 'quota_exhausted',
    // A locked account; a model that the plan leaves out.
    '1112': 'permission',
    '1121': 'permission',
    '1311': 'permission',
    '1302': 'rate_limited',
    '1303': 'rate_limited',
    '1313': 'rate_limited',
    // "The model is currently visited by too many"; 1305 said "rate limit" in older versions of the page.
    '1305': 'overloaded',
    '1312': 'overloaded',
    '3505': 'overloaded',
    '3810': 'overloaded',
  },
};

/** The class of a bare number under a status; within a stream, where there is none, of the number under any. */
export function classOfNumber(code: string, status: number | undefined): FailureClass | undefined {
  const tables = status === undefined ? Object.values(NUMBERS) : [NUMBERS[status] ?? {}];
  return tables.map((table) => (Object.hasOwn(table, code) ? table[code] : undefined)).find((found) => found);
}
