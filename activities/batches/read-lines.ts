import type { ObjectStore, StoredObject } from '../../workflows/contracts/objects.js';
import { BatchInputGoneError } from './dependencies.js';
import type { LineRow } from './line-rows.js';

/** Bytes that are read at once; a line that is longer is read alone. */
const SPAN_MAX = 8 * 1024 * 1024;

export interface LineText {
  readonly row: LineRow;
  /** Absent where the line is too long to be read. */
  readonly text?: string;
}

/** The lines of rows in their order, in groups that were read together, so that little of an input is held at once. */
export async function* readLineTexts(
  objects: Pick<ObjectStore, 'read'>,
  input: StoredObject,
  rows: readonly LineRow[],
): AsyncGenerator<readonly LineText[]> {
  for (const group of groupsOf(rows)) yield await readGroup(objects, input, group);
}

function groupsOf(rows: readonly LineRow[]): readonly (readonly LineRow[])[] {
  const groups: LineRow[][] = [];
  let start = 0;
  for (const row of rows) {
    const current = groups.at(-1);
    const end = Number(row.first_byte) + row.bytes;
    if (current && !isTooLong(row) && !isTooLong(current[0]) && end - start <= SPAN_MAX) {
      current.push(row);
      continue;
    }
    groups.push([row]);
    start = Number(row.first_byte);
  }
  return groups;
}

const isTooLong = (row: LineRow | undefined): boolean => row?.problem === 'line_too_long';

async function readGroup(
  objects: Pick<ObjectStore, 'read'>,
  input: StoredObject,
  rows: readonly LineRow[],
): Promise<readonly LineText[]> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || isTooLong(first)) return rows.map((row) => ({ row }));
  const start = Number(first.first_byte);
  const pieces = await objects.read(input, { start, end: Number(last.first_byte) + last.bytes - 1 });
  if (!pieces) throw new BatchInputGoneError('the input of a batch is gone');
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  const bytes = Buffer.concat(read);
  return rows.map((row) => {
    const from = Number(row.first_byte) - start;
    return { row, text: withoutMark(bytes.toString('utf8', from, from + row.bytes)) };
  });
}

/** Editors put a byte order mark before the first line. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
