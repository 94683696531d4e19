import type { AttemptFailure } from '../../../workflows/contracts/failures.js';
import { ProviderFailure } from '../port.js';

/** What a model of the sandbox does. */
export interface SandboxModel {
  /** `echo` answers what it was told; `lorem` has a long text of its own. */
  readonly says: 'echo' | 'lorem';
  /** Milliseconds before the first word, and between words. */
  readonly pace?: { readonly firstMs: number; readonly betweenMs: number };
  /** Why it does not answer at all. */
  readonly refusal?: ProviderFailure;
  /** How its answer breaks off: a stream after some words, a plain one before it is there. A stall is silence for ever. */
  readonly ending?: 'cut' | 'stall';
}

const ECHO: SandboxModel = { says: 'echo' };
const LOREM: SandboxModel = { says: 'lorem' };

/** The behaviours by the vendor's name of the model. */
const MODELS: { readonly [vendorModel: string]: (attemptKey: string) => SandboxModel } = {
  echo: () => ECHO,
  lorem: () => LOREM,
  // As `lorem`; its offer has prices, so that budgets can be tried.
  metered: () => LOREM,
  'rate-limited': () =>
    refusing({ class: 'rate_limited', httpStatus: 429, vendorCode: 'rate_limit_exceeded', retryAfterMs: 1000 }),
  overloaded: () => refusing({ class: 'overloaded', httpStatus: 529, vendorCode: 'overloaded_error' }),
  'server-error': () => refusing({ class: 'vendor_error', httpStatus: 500 }),
  slow: () => ({ ...LOREM, pace: { firstMs: 1000, betweenMs: 150 } }),
  stall: () => ({ ...LOREM, ending: 'stall' }),
  'cut-stream': () => ({ ...LOREM, ending: 'cut' }),
  garbage: () => refusing({ class: 'bad_response', httpStatus: 200 }),
  flaky: (attemptKey) => (isFirstAttempt(attemptKey) ? refusing({ class: 'overloaded', httpStatus: 529 }) : ECHO),
};

/** The names of all models, in the order in which they are listed. */
export const SANDBOX_MODELS: readonly string[] = Object.keys(MODELS);

/** Throws `model_not_found` for a name that none has. */
export function sandboxModel(vendorModel: string, attemptKey: string): SandboxModel {
  const model = Object.hasOwn(MODELS, vendorModel) ? MODELS[vendorModel] : undefined;
  if (model !== undefined) return model(attemptKey);
  throw new ProviderFailure(
    { class: 'model_not_found', httpStatus: 404 },
    { message: `The sandbox has no such model. It has ${SANDBOX_MODELS.join(', ')}.`, param: 'model' },
  );
}

function refusing(failure: AttemptFailure): SandboxModel {
  const detail = { message: `The sandbox failed with '${failure.class}', as this model does on purpose.` };
  return { ...LOREM, refusal: new ProviderFailure(failure, detail) };
}

/** An attempt's key is `REQUEST_ID:NUMBER`, numbers from 1 on. */
function isFirstAttempt(attemptKey: string): boolean {
  return attemptKey.endsWith(':1');
}
