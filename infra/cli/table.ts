import type { ApiObject } from './api-client.js';

/** A field of the API's objects by its path (`scope.type`), or a title and how to read it. */
export type Column = string | readonly [title: string, read: (object: ApiObject) => unknown];

/** Columns as wide as their widest cell, under a line of titles. */
export function renderTable(rows: readonly ApiObject[], columns: readonly Column[]): string {
  const cells = [columns.map((column) => titleOf(column).toUpperCase()), ...rows.map((row) => cellsOf(row, columns))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const render = (line: readonly string[]): string =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return cells.map(render).join('\n');
}

/** One object, a line a field. */
export function renderFields(object: ApiObject, columns: readonly Column[]): string {
  const width = Math.max(...columns.map((column) => titleOf(column).length));
  const cells = cellsOf(object, columns);
  return columns.map((column, index) => `${titleOf(column).padEnd(width)}  ${cells[index] ?? ''}`.trimEnd()).join('\n');
}

/** Seconds since 1970 as a time in UTC. */
export function timeColumn(field: string): Column {
  return [
    field.replace(/_at$/, ''),
    (object) => (typeof object[field] === 'number' ? toTime(object[field]) : object[field]),
  ];
}

export function toTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function titleOf(column: Column): string {
  return typeof column === 'string' ? column : column[0];
}

function cellsOf(object: ApiObject, columns: readonly Column[]): readonly string[] {
  return columns.map((column) => toCell(typeof column === 'string' ? readPath(object, column) : column[1](object)));
}

function readPath(object: ApiObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), object);
}

function isObject(value: unknown): value is ApiObject {
  return typeof value === 'object' && value !== null;
}

/** Names may hold any character but control characters, which the API refuses; a terminal gets none from elsewhere either. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = Array.isArray(value)
    ? value.map(toCell).join(',')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  return text.replace(/[\p{Cc}\p{Cs}]/gu, '?');
}
