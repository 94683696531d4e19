import type { Part } from '../../../../workflows/contracts/call.js';
import type { WireItem } from './wire.js';
import type { Warnings } from '../../warnings.js';

type Reasoning = Extract<Part, { type: 'reasoning' }>;

/**
 * The items for the reasoning in an assistant's message, by the part at which each stands. Only the vendor's own is sent,
 * and only with its proof, because the vendor keeps nothing that an id could name. Parts with the same id are one item.
 */
export function toReasoningItems(content: readonly Part[], warnings: Warnings): ReadonlyMap<Part, readonly WireItem[]> {
  const items = new Map<Part, readonly WireItem[]>();
  const last = content.findLastIndex((part) => part.type !== 'reasoning');
  for (const run of runsOf(content.slice(0, last + 1))) {
    const proof = run.findLast(({ signature }) => signature !== undefined)?.signature;
    const [first] = run;
    if (first === undefined) continue;
    if (first.vendor !== 'openai' || proof === undefined) {
      warnings.add('ignored', FEATURE, 'Reasoning that this vendor has no proof of was left out.');
      continue;
    }
    const texts = run.map(({ text }) => text).filter((text) => text !== '');
    items.set(first, [
      {
        type: 'reasoning',
        ...(first.id !== undefined && { id: first.id }),
        summary: texts.map((text) => ({ type: 'summary_text', text })),
        encrypted_content: proof,
      },
    ]);
  }
  // "Item 'rs_…' of type 'reasoning' was provided without its required following item."
  if (last + 1 < content.length) {
    warnings.add('ignored', FEATURE, 'Reasoning at the end of a message was left out: the vendor refuses it.');
  }
  return items;
}

const FEATURE = 'messages[].reasoning_details';

function runsOf(content: readonly Part[]): readonly (readonly Reasoning[])[] {
  const runs: Reasoning[][] = [];
  let before: Part | undefined;
  for (const part of content) {
    if (part.type === 'reasoning') {
      const continues = before?.type === 'reasoning' && part.id !== undefined && before.id === part.id;
      if (continues) runs.at(-1)?.push(part);
      else runs.push([part]);
    }
    before = part;
  }
  return runs;
}
