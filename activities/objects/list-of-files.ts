import type { ObjectQuery } from '../../workflows/contracts/objects.js';
import type { Query } from '../storage/database.js';
import { isPresent, objectColumns } from './object-rows.js';

/** The files of a project; one that was destroyed since a page was read is still the place where the next one begins. */
export function listOfFiles(
  projectId: string,
  { purpose }: Pick<ObjectQuery, 'purpose'>,
): { readonly rows: Query; readonly cursors: Query } {
  const files = `FROM objects.objects WHERE project_id = $1 AND kind = 'file'`;
  return {
    rows: {
      text: `SELECT ${objectColumns} ${files} AND ${isPresent} AND ($2::text IS NULL OR purpose = $2)`,
      values: [projectId, purpose ?? null],
    },
    cursors: { text: `SELECT id, created_at ${files} AND state <> 'writing'`, values: [projectId] },
  };
}
