import type { NamedModel } from '../../requests/check-models.js';
import type { ParsedChatRequest } from './parse-chat-request.js';

/** `model`, then `models`, each with the field that names it. */
export function namedModels({ fields }: ParsedChatRequest): readonly NamedModel[] {
  return [
    ...(fields.model == null ? [] : [{ name: fields.model, param: 'model' }]),
    ...(fields.models ?? []).map((name, index) => ({ name, param: `models[${index}]` })),
  ];
}
