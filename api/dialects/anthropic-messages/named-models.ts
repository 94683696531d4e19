import type { NamedModel } from '../../requests/check-models.js';
import type { ParsedMessagesRequest } from './parse-messages-request.js';

/** `model`, then `models`, each with the field that names it. */
export function namedModels({ fields }: ParsedMessagesRequest): readonly NamedModel[] {
  return [
    ...(fields.model == null ? [] : [{ name: fields.model, param: 'model' }]),
    ...(fields.models ?? []).map((name, index) => ({ name, param: `models[${index}]` })),
  ];
}
