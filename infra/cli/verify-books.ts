import { verifyAudit, type VerifiedChain } from '../../activities/audit/verify-audit.js';
import { audit, type AuditFinding } from '../../activities/ledger/audit.js';
import { auditQueries } from '../../activities/ledger/audit-queries.js';
import { createDatabase } from '../../activities/storage/database.js';
import type { AuditHead } from '../../workflows/contracts/audit.js';
import { ConfigError } from '../runtime/config.js';

type Print = (line: string) => void;

/**
 * Checks that the books balance and that the audit log's chains hold, also while the gateway runs; resolves to 1 where they
 * do not. `heads` were kept from earlier runs, as `ORGANISATION:SEQUENCE:HASH`; one that is not is a `ConfigError`.
 */
export async function verifyBooks(databaseUrl: string, heads: readonly string[], print: Print): Promise<0 | 1> {
  const kept = heads.map(readHead);
  const database = createDatabase({ url: databaseUrl, connections: 1, onError: (error) => console.error(error) });
  try {
    const findings = await audit(database);
    printBooks(findings, print);
    const chains = await verifyAudit(database, kept);
    printChains(chains, print);
    return findings.length === 0 && chains.every(({ broken }) => !broken) ? 0 : 1;
  } finally {
    await database.close();
  }
}

function readHead(text: string): AuditHead {
  const [, organizationId, sequence, hash] = /^(.+):([0-9]{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (organizationId === undefined || sequence === undefined || hash === undefined) {
    const fix = 'Give ORGANISATION:SEQUENCE:HASH, as this command prints it.';
    throw new ConfigError([{ setting: '--head', problem: `is no head of a chain: ${text}`, fix }]);
  }
  return { organizationId, sequence: Number(sequence), hash };
}

function printBooks(findings: readonly AuditFinding[], print: Print): void {
  for (const invariant of Object.keys(auditQueries)) {
    const broken = findings.filter((finding) => finding.invariant === invariant);
    print(`${broken.length === 0 ? 'ok    ' : 'BROKEN'}  ${invariant}`);
    for (const { subject, detail } of broken) print(`          ${subject}: ${detail}`);
  }
  const summary =
    findings.length === 0 ? 'The books balance.' : `The books do not balance: ${findings.length} findings.`;
  print(`\n${summary} Amounts are in 1e-9 USD.`);
}

function printChains(chains: readonly VerifiedChain[], print: Print): void {
  print('');
  for (const { head, broken } of chains) {
    print(`${broken ? 'BROKEN' : 'ok    '}  ${head.organizationId}:${head.sequence}:${head.hash}`);
    if (broken) print(`          ${broken.problem}`);
  }
  const broken = chains.filter((chain) => chain.broken).length;
  print(broken === 0 ? 'The audit log holds.' : `The audit log does not hold: ${broken} of its chains are broken.`);
}
