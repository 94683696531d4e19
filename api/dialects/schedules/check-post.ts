import type {
  ActingKey,
  SubmissionAnswer,
  Submissions,
  SubmittedPost,
} from '../../../workflows/contracts/submissions.js';
import { type GatewayErrorCode, isGatewayErrorCode } from '../../../workflows/domain/errors.js';
import { refused } from '../../http/refused-error.js';
import { SCHEDULED_HEADERS } from './schedule.schema.js';

/**
 * Has a POST read as it will be at each run, and stored nowhere, so that what is wrong is told to whoever makes the schedule.
 * @throws RefusalError `invalid_request` with the field, below `body` or `headers`; what is refused to the key itself as it is.
 */
export async function checkPost(submissions: Submissions, as: ActingKey, post: SubmittedPost): Promise<void> {
  const answer = await submissions.check(as, { ...post, headers: { ...post.headers, prefer: 'respond-async' } });
  if (answer.status < 300) return;
  const { code, message, param } = errorOf(answer);
  if (answer.status < 500 && ![401, 403, 429].includes(answer.status)) {
    throw refused('invalid_request', `The POST of this schedule would be refused: ${message}`, {
      param: fieldOf(param),
    });
  }
  throw refused(code, message);
}

function fieldOf(param: string | undefined): string {
  if (param === undefined) return 'body';
  return SCHEDULED_HEADERS.includes(param.toLowerCase()) ? `headers.${param.toLowerCase()}` : `body.${param}`;
}

interface Told {
  readonly code: GatewayErrorCode;
  readonly message: string;
  readonly param: string | undefined;
}

/** In either dialect; Anthropic's has no codes, and its 403 is about the key's endpoints. */
function errorOf({ status, body }: SubmissionAnswer): Told {
  const { error } = JSON.parse(body) as { readonly error?: Partial<Record<'code' | 'message' | 'param', unknown>> };
  const code = typeof error?.code === 'string' && isGatewayErrorCode(error.code) ? error.code : undefined;
  return {
    code: code ?? (status === 403 ? 'endpoint_not_allowed' : 'unavailable'),
    message: typeof error?.message === 'string' ? error.message : '',
    param: typeof error?.param === 'string' ? error.param : undefined,
  };
}
