import { parseArgs } from 'node:util';
import { verifyAudit, type VerifiedChain } from '../../activities/audit/verify-audit.js';
import { audit, type AuditFinding } from '../../activities/ledger/audit.js';
import { auditQueries } from '../../activities/ledger/audit-queries.js';
import { createDatabase } from '../../activities/storage/database.js';
import type { AuditHead } from '../../workflows/contracts/audit.js';
import { ConfigError, loadDatabaseUrl } from '../runtime/config.js';
import { runCommand } from './run-command.js';

// `npm run audit`: checks that the books balance and that the audit log's chains hold, also while the gateway runs. Exit code
// 1 where they do not. `-- --head ORGANISATION:SEQUENCE:HASH`, once or more, are heads that were kept from earlier runs.
await runCommand(async () => {
  const kept = readHeads();
  const database = createDatabase({ url: loadDatabaseUrl(), connections: 1, onError: (error) => console.error(error) });
  try {
    const findings = await audit(database);
    printBooks(findings);
    const chains = await verifyAudit(database, kept);
    printChains(chains);
    return findings.length === 0 && chains.every(({ broken }) => !broken) ? 0 : 1;
  } finally {
    await database.close();
  }
});

function readHeads(): readonly AuditHead[] {
  const { values } = parseArgs({ options: { head: { type: 'string', multiple: true, default: [] } } });
  return values.head.map((text) => {
    const [, organizationId, sequence, hash] = /^(.+):([0-9]{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (organizationId === undefined || sequence === undefined || hash === undefined) {
      const fix = 'Give ORGANISATION:SEQUENCE:HASH, as this command prints it.';
      throw new ConfigError([{ setting: '--head', problem: `is no head of a chain: ${text}`, fix }]);
    }
    return { organizationId, sequence: Number(sequence), hash };
  });
}

function printBooks(findings: readonly AuditFinding[]): void {
  for (const invariant of Object.keys(auditQueries)) {
    const broken = findings.filter((finding) => finding.invariant === invariant);
    console.log(`${broken.length === 0 ? 'ok    ' : 'BROKEN'}  ${invariant}`);
    for (const { subject, detail } of broken) console.log(`          ${subject}: ${detail}`);
  }
  const summary =
    findings.length === 0 ? 'The books balance.' : `The books do not balance: ${findings.length} findings.`;
  console.log(`\n${summary} Amounts are in 1e-9 USD.`);
}

function printChains(chains: readonly VerifiedChain[]): void {
  console.log('');
  for (const { head, broken } of chains) {
    console.log(`${broken ? 'BROKEN' : 'ok    '}  ${head.organizationId}:${head.sequence}:${head.hash}`);
    if (broken) console.log(`          ${broken.problem}`);
  }
  const broken = chains.filter((chain) => chain.broken).length;
  console.log(
    broken === 0 ? 'The audit log holds.' : `The audit log does not hold: ${broken} of its chains are broken.`,
  );
}
