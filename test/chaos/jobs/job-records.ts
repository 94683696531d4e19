import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { openS3Client } from '../../support/s3-server.js';
import type { JobFacts, JobRoundFacts, JobRow } from './job-facts.js';
import { type JobWorld, webhookPath } from './job-world.js';

const ends = `'^job.(succeeded|failed|canceled|expired)$'`;

/** Every job of the round. */
export function readJobRows({ database, roundStart }: JobWorld): Promise<readonly JobRow[]> {
  return database.query<JobRow>(
    `SELECT r.id, r.state, r.failure_class AS "failureClass", r.charged, h.amount AS hold, s.posted,
            (SELECT coalesce(json_agg(json_build_object('status', a.status, 'calls', a.calls) ORDER BY a.number), '[]')
             FROM requests.attempts a WHERE a.request_id = r.id) AS attempts,
            ARRAY(SELECT e.type FROM jobs.events e WHERE e.request_id = r.id AND e.type ~ ${ends}) AS ends,
            ARRAY(SELECT o.type FROM requests.outbox o WHERE o.request_id = r.id AND o.type ~ ${ends}) AS outbox,
            (SELECT count(*)::int FROM ledger.resolutions l WHERE l.request_id = r.id) AS resolutions
     FROM requests.requests r
     LEFT JOIN ledger.holds h ON h.request_id = r.id LEFT JOIN ledger.resolutions s ON s.request_id = r.id
     WHERE r.created_at >= $1 ORDER BY r.id`,
    [roundStart()],
  );
}

/** The outputs of a job, those included that are no more. */
export function readObjects({ database }: JobWorld, id: string): Promise<JobFacts['objects']> {
  return database.query<JobFacts['objects'][number]>(
    'SELECT id, state FROM objects.objects WHERE request_id = $1 ORDER BY created_at',
    [id],
  );
}

/** The names of the bucket as S3 lists them, and those of all rows that are there or may still be written. */
export async function readBucket({ database, s3 }: JobWorld): Promise<JobRoundFacts['bucket']> {
  const server = await s3.ready();
  const client = openS3Client(server);
  try {
    const { bucket: Bucket } = server;
    const names: string[] = [];
    for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
      const page = await client.send(new ListObjectsV2Command({ Bucket, ...(token && { ContinuationToken: token }) }));
      names.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
    }
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    const known = await database.query<{ storage_key: string }>(
      `SELECT storage_key FROM objects.objects WHERE state <> 'destroyed'`,
      [],
    );
    return { names, uploads: Uploads.length, known: known.map(({ storage_key }) => storage_key) };
  } finally {
    client.destroy();
  }
}

/** What the receiver has been told of a job's end. */
export function readTold({ receiver }: JobWorld, id: string): JobFacts['told'] {
  return receiver.at(webhookPath).flatMap(({ headers, body }) => {
    const { type, data } = parse(body);
    return data?.id === id ? [{ eventId: String(headers['webhook-id']), type: String(type) }] : [];
  });
}

/** One that was broken off in the middle is no webhook. */
function parse(body: string): { readonly type?: string; readonly data?: { readonly id?: string } } {
  try {
    return JSON.parse(body) as ReturnType<typeof parse>;
  } catch {
    return {};
  }
}
