import { audit, type AuditFinding } from '../../activities/ledger/audit.js';
import { auditQueries } from '../../activities/ledger/audit-queries.js';
import { createDatabase } from '../../activities/storage/database.js';
import { loadDatabaseUrl } from '../runtime/config.js';
import { runCommand } from './run-command.js';

// `npm run audit`: checks that the books balance, also while the gateway runs. Exit code 1 where they do not.
await runCommand(async () => {
  const database = createDatabase({ url: loadDatabaseUrl(), connections: 1, onError: (error) => console.error(error) });
  try {
    const findings = await audit(database);
    print(findings);
    return findings.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
});

function print(findings: readonly AuditFinding[]): void {
  for (const invariant of Object.keys(auditQueries)) {
    const broken = findings.filter((finding) => finding.invariant === invariant);
    console.log(`${broken.length === 0 ? 'ok    ' : 'BROKEN'}  ${invariant}`);
    for (const { subject, detail } of broken) console.log(`          ${subject}: ${detail}`);
  }
  const summary =
    findings.length === 0 ? 'The books balance.' : `The books do not balance: ${findings.length} findings.`;
  console.log(`\n${summary} Amounts are in 1e-9 USD.`);
}
