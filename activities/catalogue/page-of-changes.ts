import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import type { Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { changeColumns, type ChangeRow } from './change-rows.js';

export interface ChangesList<T> {
  readonly kind: 'offer' | 'model';
  readonly objectId: string | undefined;
  readonly toItem: (row: ChangeRow) => T;
}

/** What was said of offers or of models, of one of them where it is named. */
export function pageOfChanges<T>(database: Queryable, list: ChangesList<T>, query: PageQuery): Promise<Page<T>> {
  const { kind, objectId, toItem } = list;
  const rows = {
    text: `SELECT ${changeColumns} FROM catalogue.changes WHERE kind = $1 AND ($2::text IS NULL OR object_id = $2)`,
    values: [kind, objectId ?? null],
  };
  const cursors = { text: 'SELECT id, created_at FROM catalogue.changes WHERE kind = $1', values: [kind] };
  return readPage<ChangeRow & Record<string, unknown>, T>(database, { rows, cursors, toItem }, query);
}
