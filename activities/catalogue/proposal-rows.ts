import type { Proposal, RefreshRun } from '../../workflows/contracts/catalogue.js';

export interface ProposalRow {
  readonly id: string;
  readonly kind: Proposal['kind'];
  readonly offer_id: string;
  readonly before: Proposal['after'] | null;
  readonly after: Proposal['after'];
  readonly state: Proposal['state'];
  readonly source: string;
  readonly created_at: Date;
  readonly decided_at: Date | null;
}

export const proposalsQuery = `
  SELECT p.id, p.kind, p.offer_id, p.before, p.after, p.state, r.source, p.created_at, p.decided_at
  FROM catalogue.proposals p JOIN catalogue.refresh_runs r ON r.id = p.run_id`;

export function toProposal(row: ProposalRow): Proposal {
  return {
    ...{ id: row.id, kind: row.kind, offerId: row.offer_id, after: row.after, state: row.state, source: row.source },
    ...(row.before !== null && { before: row.before }),
    createdAt: row.created_at.toISOString(),
    ...(row.decided_at !== null && { decidedAt: row.decided_at.toISOString() }),
  };
}

export interface RunRow {
  readonly id: string;
  readonly source: string;
  readonly content_hash: string | null;
  readonly compared: number | null;
  readonly proposed: number | null;
  readonly failure: string | null;
  readonly created_at: Date;
}

export const runColumns = 'id, source, content_hash, compared, proposed, failure, created_at';

export function toRun(row: RunRow): RefreshRun {
  return {
    ...{ id: row.id, source: row.source, createdAt: row.created_at.toISOString() },
    ...(row.content_hash !== null && { contentHash: row.content_hash }),
    ...(row.compared !== null && { compared: row.compared }),
    ...(row.proposed !== null && { proposed: row.proposed }),
    ...(row.failure !== null && { failure: row.failure }),
  };
}
