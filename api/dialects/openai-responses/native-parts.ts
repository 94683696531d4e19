import type { InputItem } from './input-item.schema.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';

/** A part of a request that only OpenAI's own Responses API understands. */
export interface NativePart {
  /** The caller's field: `tools[1]`, `input[3]`. */
  readonly param: string;
  readonly what: 'tool' | 'item';
  readonly type: string;
}

/** Tools that the caller runs. */
const READ_HERE = ['function', 'custom', 'namespace'];

/** Tools that the vendor runs itself, then items of its own, in the caller's order. */
export function nativeParts({ tools }: ResponsesRequestFields, items: readonly InputItem[]): readonly NativePart[] {
  return [
    ...(tools ?? []).flatMap(({ type }, index): readonly NativePart[] =>
      READ_HERE.includes(type) ? [] : [{ param: `tools[${index}]`, what: 'tool', type }],
    ),
    ...items.flatMap(({ kind, item }, index): readonly NativePart[] =>
      kind === 'native' ? [{ param: `input[${index}]`, what: 'item', type: item.type }] : [],
    ),
  ];
}
