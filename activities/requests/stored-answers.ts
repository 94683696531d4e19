import type { StoredAnswer, StoredAnswerQuery, StoredAnswers } from '../../workflows/contracts/ports.js';
import type { Database, Query } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { storableJson } from '../storage/storable-json.js';

interface StoredRow {
  readonly id: string;
  readonly metadata: StoredAnswer['metadata'];
  readonly created_at: Date;
}

const columns = 's.request_id AS id, s.metadata, s.created_at';
// Within the time that the sweeper takes to delete it, an answer is as gone as its content, which says `expires_at` too.
const present = `FROM requests.stored s JOIN content.kept k ON k.request_id = s.request_id AND k.expires_at > now()`;

export function createStoredAnswers({ database }: { readonly database: Database }): StoredAnswers {
  return {
    find: async (projectId, dialect, requestId) => {
      const [row] = await database.query<StoredRow & { readonly [column: string]: unknown }>({
        name: 'stored-answer-find',
        text: `SELECT ${columns} ${present} WHERE s.project_id = $1 AND s.dialect = $2 AND s.request_id = $3`,
        values: [projectId, dialect, requestId],
      });
      return row && toStoredAnswer(row);
    },
    list: (projectId, dialect, query) => {
      const { rows, cursors } = listOf(projectId, dialect, query);
      return readPage(database, { rows, cursors, toItem: toStoredAnswer }, query);
    },
    setMetadata: async (projectId, requestId, metadata) => {
      await database.query({
        name: 'stored-answer-label',
        text: 'UPDATE requests.stored SET metadata = $3 WHERE project_id = $1 AND request_id = $2',
        values: [projectId, requestId, storableJson(metadata)],
      });
    },
    destroy: async (projectId, requestId) => {
      const [row] = await database.query<{ destroyed: boolean }>({
        name: 'stored-answer-destroy',
        text: 'SELECT requests.destroy_stored($1, $2) AS destroyed',
        values: [projectId, requestId],
      });
      return row?.destroyed === true;
    },
  };
}

function listOf(
  projectId: string,
  dialect: string,
  { model, metadata }: StoredAnswerQuery,
): { readonly rows: Query; readonly cursors: Query } {
  const all = `SELECT ${columns} ${present} WHERE s.project_id = $1 AND s.dialect = $2`;
  const whole = `EXISTS (SELECT FROM requests.attempts a WHERE a.request_id = s.request_id AND a.status = 'answered'
    AND ($3::text IS NULL OR $3 IN (a.offer_id, a.model)
         OR EXISTS (SELECT FROM requests.requests r WHERE r.id = s.request_id AND $3 = ANY (r.models))))`;
  return {
    rows: {
      text: `${all} AND s.metadata @> $4 AND ${whole}`,
      values: [projectId, dialect, model ?? null, storableJson(metadata ?? {})],
    },
    cursors: { text: all, values: [projectId, dialect] },
  };
}

function toStoredAnswer({ id, metadata, created_at: createdAt }: StoredRow): StoredAnswer {
  return { requestId: id, metadata, createdAt: createdAt.toISOString() };
}
