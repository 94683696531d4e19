import { z } from 'zod';
import { extensions, modelName } from '../shared/request-fields.schema.js';

/** More than OpenAI judges in one request. */
const MAX_INPUTS = 2_048;

const part = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string().min(1) }) }),
]);

/** `CreateModerationRequest` of OpenAI's specification. */
export const moderationsRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  input: z.union([
    z.string(),
    z.array(z.string()).min(1).max(MAX_INPUTS),
    z.array(part).min(1).max(MAX_INPUTS),
  ]),
});

export type ModerationsRequestFields = z.output<typeof moderationsRequestSchema>;
