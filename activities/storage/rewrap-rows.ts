import type { Envelope } from './envelope.js';

/** Has each row's key sealed anew and written; tells of how many. What cannot be opened is left as it is. */
export async function rewrapRows<Row>(
  rows: readonly Row[],
  rewrap: (row: Row) => Envelope,
  write: (row: Row, envelope: Envelope) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  for (const row of rows) {
    const envelope = tryTo(() => rewrap(row));
    if (!envelope) continue;
    count += 1;
    await write(row, envelope);
  }
  return count;
}

/** `undefined` for a row that was changed by hand: it is told where it is used, and must not keep a process from starting. */
function tryTo(rewrap: () => Envelope): Envelope | undefined {
  try {
    return rewrap();
  } catch {
    return undefined;
  }
}
