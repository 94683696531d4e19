import type { SubmittedPost } from '../../workflows/contracts/submissions.js';
import type { Queryable } from '../storage/database.js';
import { type Envelope, type MasterKeys, openEnvelope, rewrapEnvelope, sealEnvelope } from '../storage/envelope.js';
import { rewrapRows } from '../storage/rewrap-rows.js';

export interface PostRow {
  readonly id: string;
  readonly project_id: string;
  readonly post: Buffer;
  readonly wrapped_key: Buffer;
  readonly master_key_id: string;
}

export type PostOwner = Pick<PostRow, 'id' | 'project_id'>;
/** What of a POST is content; its path is a column. */
export type PostContent = Pick<SubmittedPost, 'headers' | 'body'>;

export function sealPost([master]: MasterKeys, owner: PostOwner, { headers, body }: PostContent): Envelope {
  return sealEnvelope(master, nameOf(owner), { headers, body });
}

/** @throws where the row was moved or changed. */
export function openPost(masterKeys: MasterKeys, row: PostRow): PostContent {
  return openEnvelope(masterKeys, nameOf(row), envelopeOf(row)) as PostContent;
}

/** Seals the keys of all posts anew that are sealed under a master key of before; tells how many. */
export async function rewrapPosts(database: Queryable, masterKeys: MasterKeys): Promise<number> {
  const [current, ...previous] = masterKeys;
  if (previous.length === 0) return 0;
  const rows = await database.query<PostRow & Record<string, unknown>>({
    text: `SELECT id, project_id, post, wrapped_key, master_key_id FROM jobs.schedules WHERE master_key_id = ANY ($1)`,
    values: [previous.map(({ id }) => id)],
  });
  return rewrapRows(
    rows,
    (row) => rewrapEnvelope(masterKeys, current, nameOf(row), envelopeOf(row)),
    // The wrap that was read is part of the condition: another process may have been first, which does no harm.
    (row, { wrappedKey, masterKeyId }) =>
      database.query({
        text: 'UPDATE jobs.schedules SET wrapped_key = $2, master_key_id = $3 WHERE id = $1 AND wrapped_key = $4',
        values: [row.id, wrappedKey, masterKeyId, row.wrapped_key],
      }),
  );
}

function envelopeOf(row: PostRow): Envelope {
  return { secret: row.post, wrappedKey: row.wrapped_key, masterKeyId: row.master_key_id };
}

/** What a post is bound to: in any other row than its own it does not decrypt. */
function nameOf(row: PostOwner): string {
  return JSON.stringify(['schedule', row.id, row.project_id]);
}
