import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChatCall, Message, Tool } from '../../workflows/contracts/call.js';
import { documentOf, earlierTurns } from './documents.js';

export const KINDS = ['summary', 'extraction', 'chat', 'code', 'maths', 'reasoning', 'vision', 'tools'] as const;

const templates = ['article', 'code', 'contract', 'csv', 'invoice', 'log', 'minutes', 'report', 'thread'] as const;

const labelledPrompt = z.strictObject({
  id: z.string(),
  kind: z.enum(KINDS),
  level: z.enum(['easy', 'medium', 'hard']),
  tier: z.enum(['cheap', 'strong']),
  language: z.string().length(2),
  prompt: z.string().min(1),
  images: z.int().positive().optional(),
  tools: z.array(z.string()).min(1).optional(),
  format: z.enum(['json', 'schema']).optional(),
  turns: z.int().positive().optional(),
  document: z.strictObject({ template: z.enum(templates), paragraphs: z.int().positive() }).optional(),
});

/** A line of `prompts/*.jsonl`: what its fields mean is in `prompts/README.md`. */
export type LabelledPrompt = z.infer<typeof labelledPrompt>;

export function readPrompts(): readonly LabelledPrompt[] {
  return KINDS.flatMap((kind) => {
    const text = readFileSync(new URL(`./prompts/${kind}.jsonl`, import.meta.url), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => labelledPrompt.parse(JSON.parse(line)));
  });
}

/** By the id alone, so that a prompt stays where it is when its label or the rest of the set changes. */
export function isHeldOut({ id }: { readonly id: string }): boolean {
  return createHash('sha256').update(id).digest().readUInt8(0) >= 179;
}

/** The request as the gateway would have read it. */
export function toCall(labelled: LabelledPrompt): ChatCall {
  const { prompt, document, turns = 0, images = 0, tools = [], format } = labelled;
  const text = document === undefined ? prompt : `${prompt}\n\n${documentOf(document)}`;
  const history = earlierTurns(turns).map((said, index): Message => {
    return { role: index % 2 === 0 ? 'user' : 'assistant', content: [{ type: 'text', text: said }] };
  });
  const image = { type: 'image', source: { type: 'url', url: 'https://example.com/photo.jpg' } } as const;
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: {} },
    messages: [
      ...history,
      { role: 'user', content: [{ type: 'text', text }, ...Array.from({ length: images }, () => image)] },
    ],
    tools: tools.map((name): Tool => ({ type: 'function', name, parameters: { type: 'object' } })),
    ...(format === 'json' && { format: { type: 'json-object' } }),
    ...(format === 'schema' && { format: { type: 'json-schema', name: 'answer', schema: { type: 'object' } } }),
    choices: 1,
    stream: false,
  };
}
