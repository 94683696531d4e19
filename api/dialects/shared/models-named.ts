import type { RequestError } from '../../http/describe-issue.js';
import type { NamedModel } from '../../requests/check-models.js';

/** `model`, then `models`, each with the field that names it; empty where neither came. */
export function modelsNamed(fields: {
  readonly model?: string | null | undefined;
  readonly models?: readonly string[] | null | undefined;
}): readonly NamedModel[] {
  return [
    ...(fields.model == null ? [] : [{ name: fields.model, param: 'model' }]),
    ...(fields.models ?? []).map((name, index) => ({ name, param: `models[${index}]` })),
  ];
}

/** In OpenAI's words. */
export const MODEL_MISSING: RequestError = {
  message: "Missing required parameter: 'model'. Name a model, or several in order of preference in 'models'.",
  param: 'model',
  code: 'missing_required_parameter',
};
