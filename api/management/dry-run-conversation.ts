import { z } from 'zod';
import type { Part } from '../../workflows/contracts/call.js';
import type { Capability } from '../../workflows/contracts/offers.js';
import type { EstimatedCall } from '../../workflows/domain/difficulty/features.js';
import { utf8Length } from '../../workflows/domain/utf8-length.js';

/** What would be said, for the choice of an `auto` model alone: it is estimated, and neither sent nor kept. */
export const messagesSchema = z
  .array(
    z.strictObject({
      role: z.enum(['system', 'developer', 'user', 'assistant']),
      content: z.string().max(10_000_000),
    }),
  )
  .min(1)
  .max(10_000);

export type DryRunMessages = z.output<typeof messagesSchema>;

/** As much of a call as an estimate reads; of images, tools and schemas it reads whether there are any. */
export function toEstimated(
  messages: DryRunMessages,
  { images, needs }: { readonly images: number; readonly needs: readonly Capability[] },
): EstimatedCall {
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  const picture: Part = { type: 'image', source: { type: 'url', url: 'about:blank' } };
  return {
    messages: messages.map(({ role, content }, index) => {
      const text: Part = { type: 'text', text: content };
      return { role, content: index === asked ? [text, ...Array.from({ length: images }, () => picture)] : [text] };
    }),
    tools: needs.includes('tools') ? [{ type: 'function', name: 'tool' }] : [],
    ...(needs.includes('json_schema') && { format: { type: 'json-schema', name: 'schema', schema: {} } }),
  };
}

export function bytesOf(messages: DryRunMessages): number {
  return messages.reduce((sum, { content }) => sum + utf8Length(content), 0);
}
