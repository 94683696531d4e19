import { v7 } from 'uuid';
import type { BatchDialect } from '../../workflows/contracts/batches.js';

const PREFIXES: { readonly [D in BatchDialect]: string } = { openai: 'batch_', anthropic: 'msgbatch_' };

/** As its dialect's clients know a batch by: the prefix, and a version 7 UUID without dashes. It is the workflow's id, too. */
export function mintBatchId(dialect: BatchDialect): string {
  return `${PREFIXES[dialect]}${v7().replaceAll('-', '')}`;
}
