/** Where funding comes from and goes to; every other transfer is spending. */
const funding = ['grants', 'allowances', 'deposits', 'refunds', 'adjustments', 'expired']
  .map((name) => `'house:${name}'`)
  .join(', ');

/** The columns of a usage record that are made of its `units`. */
const unitColumns = [
  ...['input', 'input_cached_read', 'input_cache_write_5m', 'input_cache_write_1h', 'input_audio', 'input_image'],
  ...['output', 'output_reasoning', 'output_audio', 'output_image'],
  ...['images', 'searches', 'characters', 'audio_seconds', 'video_seconds'],
];

/**
 * The invariants of the books by name. Each query finds what breaks its invariant: `subject` names the row, `detail` the
 * figures. No query trusts a sum that the functions of the ledger keep, because those are what is audited.
 */
export const auditQueries = {
  'an account has been funded by its transfers': `
    SELECT a.id AS subject, format('credits_posted %s, transfers %s', a.credits_posted, coalesce(t.net, 0)) AS detail
    FROM ledger.accounts a
    LEFT JOIN (
      SELECT p.account_id, sum(p.amount) AS net
      FROM ledger.postings p JOIN ledger.transfers t ON t.id = p.transfer_id
      WHERE t.debit_account_id IN (${funding}) OR t.credit_account_id IN (${funding})
      GROUP BY p.account_id
    ) t ON t.account_id = a.id
    WHERE a.kind <> 'house' AND a.credits_posted <> coalesce(t.net, 0)`,

  'an account has spent what was charged to it': `
    SELECT a.id AS subject, format('debits_posted %s, charges %s', a.debits_posted, coalesce(t.spent, 0)) AS detail
    FROM ledger.accounts a
    LEFT JOIN (
      SELECT debit_account_id, sum(amount) AS spent FROM ledger.transfers
      WHERE credit_account_id NOT IN (${funding}) GROUP BY debit_account_id
    ) t ON t.debit_account_id = a.id
    WHERE a.kind <> 'house' AND a.debits_posted <> coalesce(t.spent, 0)`,

  'an account holds what is held and not resolved': `
    SELECT a.id AS subject, format('debits_pending %s, open holds %s', a.debits_pending, coalesce(h.open, 0)) AS detail
    FROM ledger.accounts a
    LEFT JOIN (
      SELECT account_id, sum(h.amount) AS open
      FROM ledger.holds h CROSS JOIN LATERAL unnest(h.account_ids) AS account_id
      WHERE NOT EXISTS (SELECT FROM ledger.resolutions r WHERE r.request_id = h.request_id)
      GROUP BY account_id
    ) h ON h.account_id = a.id
    WHERE a.kind <> 'house' AND a.debits_pending <> coalesce(h.open, 0)`,

  'no account is spent and held beyond its credits': `
    SELECT id AS subject, format('credits %s, spent %s, held %s', credits_posted, debits_posted, debits_pending) AS detail
    FROM ledger.accounts WHERE kind NOT IN ('house', 'meter') AND debits_posted + debits_pending > credits_posted`,

  'a transfer has two sides, and one of them is the house': `
    SELECT t.key AS subject, format('%s to %s', t.debit_account_id, t.credit_account_id) AS detail
    FROM ledger.transfers t
    LEFT JOIN ledger.accounts d ON d.id = t.debit_account_id
    LEFT JOIN ledger.accounts c ON c.id = t.credit_account_id
    WHERE d.id IS NULL OR c.id IS NULL OR (d.kind <> 'house' AND c.kind <> 'house')`,

  'a hold belongs to a request and is of its amount': `
    SELECT h.request_id AS subject, format('hold %s, request %s %s', h.amount, r.state, r.held) AS detail
    FROM ledger.holds h LEFT JOIN requests.requests r ON r.id = h.request_id
    WHERE r.id IS NULL OR h.amount IS DISTINCT FROM r.held`,

  'a running request has an open hold': `
    SELECT r.id AS subject, 'state reserved without an open hold' AS detail
    FROM requests.requests r
    LEFT JOIN ledger.holds h ON h.request_id = r.id
    LEFT JOIN ledger.resolutions s ON s.request_id = r.id
    WHERE r.state = 'reserved' AND (h.request_id IS NULL OR s.request_id IS NOT NULL)`,

  'an ended request holds nothing': `
    SELECT r.id AS subject, format('state %s, still held %s', r.state, h.amount) AS detail
    FROM requests.requests r JOIN ledger.holds h ON h.request_id = r.id
    WHERE r.ended_at IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.resolutions s WHERE s.request_id = r.id)`,

  'a settled request was posted what it says, within its hold': `
    SELECT r.id AS subject, format('charged %s, posted %s, held %s', r.charged, s.posted, h.amount) AS detail
    FROM requests.requests r
    LEFT JOIN ledger.holds h ON h.request_id = r.id
    LEFT JOIN ledger.resolutions s ON s.request_id = r.id
    WHERE r.state = 'settled' AND (s.posted IS DISTINCT FROM r.charged OR s.posted > h.amount)`,

  'a released or refused request was charged nothing': `
    SELECT r.id AS subject, format('state %s, charged %s, posted %s', r.state, r.charged, s.posted) AS detail
    FROM requests.requests r LEFT JOIN ledger.resolutions s ON s.request_id = r.id
    WHERE r.state IN ('released', 'refused') AND (coalesce(r.charged, 0) <> 0 OR coalesce(s.posted, 0) <> 0)`,

  'each account of a hold is charged what was posted, once': `
    SELECT coalesce(e.request_id, t.request_id) AS subject,
           format('%s: posted %s, charged %s in %s transfers', coalesce(e.account_id, t.account_id), e.posted, t.amount, t.times) AS detail
    FROM (
      SELECT h.request_id, account_id, s.posted
      FROM ledger.holds h JOIN ledger.resolutions s ON s.request_id = h.request_id
      CROSS JOIN LATERAL unnest(h.account_ids) AS account_id JOIN ledger.accounts a ON a.id = account_id
      WHERE s.posted > 0 AND (a.scope NOT LIKE 'model:%' OR a.scope = s.served_scope)
    ) e
    FULL JOIN (
      SELECT request_id, debit_account_id AS account_id, sum(amount) AS amount, count(*) AS times
      FROM ledger.transfers WHERE request_id IS NOT NULL AND debit_account_id <> 'house:overshoot'
      GROUP BY request_id, debit_account_id
    ) t ON t.request_id = e.request_id AND t.account_id = e.account_id
    WHERE e.posted IS DISTINCT FROM t.amount OR t.times <> 1`,

  'the house bears what went beyond a hold': `
    SELECT coalesce(s.request_id, t.request_id) AS subject,
           format('overshoot %s, borne %s', coalesce(s.overshoot, 0), coalesce(t.amount, 0)) AS detail
    FROM ledger.resolutions s
    FULL JOIN (
      SELECT request_id, sum(amount) AS amount FROM ledger.transfers
      WHERE debit_account_id = 'house:overshoot' GROUP BY request_id
    ) t ON t.request_id = s.request_id
    WHERE coalesce(s.overshoot, 0) <> coalesce(t.amount, 0)`,
  'credit with a time of its own adds up to what was credited': `
    SELECT a.id AS subject, format('credited %s, in lots %s', a.credits_posted, coalesce(l.amount, 0)) AS detail
    FROM ledger.accounts a
    LEFT JOIN (
      SELECT account_id, sum(amount - expired) AS amount FROM ledger.credit_lots GROUP BY account_id
    ) l ON l.account_id = a.id
    WHERE a.kind = 'credits' AND a.credits_posted <> coalesce(l.amount, 0)`,

  'no request is refunded more than it was charged': `
    SELECT r.refunded_request_id AS subject, format('charged %s, refunded %s', coalesce(c.amount, 0), r.amount) AS detail
    FROM (
      SELECT refunded_request_id, credit_account_id, sum(amount) AS amount FROM ledger.transfers
      WHERE refunded_request_id IS NOT NULL GROUP BY refunded_request_id, credit_account_id
    ) r
    LEFT JOIN ledger.transfers c ON c.key = 'charge:' || r.refunded_request_id || ':' || r.credit_account_id
    WHERE r.amount > coalesce(c.amount, 0)`,

  'the windows of a budget do not overlap': `
    SELECT a.id AS subject, format('overlaps %s', b.id) AS detail
    FROM ledger.accounts a JOIN ledger.accounts b ON b.budget_id = a.budget_id AND b.id > a.id
    WHERE a.window_start < b.window_end AND b.window_start < a.window_end`,

  'an ended request has one usage record, of its charge': `
    SELECT coalesce(r.id, u.request_id) AS subject,
           format('charged %s, recorded %s in %s records', r.charged, u.cost, coalesce(u.times, 0)) AS detail
    FROM (
      SELECT id, coalesce(charged, 0) AS charged FROM requests.requests
      WHERE ended_at >= (SELECT complete_since FROM usage.horizon)
    ) r
    FULL JOIN (
      SELECT request_id, sum(cost) AS cost, count(*) AS times FROM usage.records
      WHERE ended_at >= (SELECT complete_since FROM usage.horizon) GROUP BY request_id
    ) u ON u.request_id = r.id
    WHERE u.times IS DISTINCT FROM 1 OR r.charged IS DISTINCT FROM u.cost`,

  'a usage record counts what its units say': `
    SELECT request_id AS subject, units::text AS detail FROM usage.records
    WHERE (${unitColumns.join(', ')})
      IS DISTINCT FROM (${unitColumns.map((unit) => `usage.whole(units, '${unit}')`).join(', ')})`,

  'the usage of an organisation costs what it was charged': `
    SELECT coalesce(u.organization_id, l.organization_id) AS subject,
           format('recorded %s, posted %s', coalesce(u.cost, 0), coalesce(l.posted, 0)) AS detail
    FROM (
      SELECT organization_id, sum(cost) AS cost FROM usage.records
      WHERE ended_at >= (SELECT complete_since FROM usage.horizon) GROUP BY organization_id
    ) u
    FULL JOIN (
      SELECT r.organization_id, sum(s.posted) AS posted
      FROM ledger.resolutions s JOIN requests.requests r ON r.id = s.request_id
      WHERE r.ended_at >= (SELECT complete_since FROM usage.horizon) GROUP BY r.organization_id
    ) l ON l.organization_id = u.organization_id
    WHERE coalesce(u.cost, 0) <> coalesce(l.posted, 0)`,
} as const satisfies { readonly [invariant: string]: string };

export type Invariant = keyof typeof auditQueries;
