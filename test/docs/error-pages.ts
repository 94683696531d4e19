import { FAILURE_ROWS } from '../../api/dialects/shared/failure-rows.js';
import { gatewayErrors } from '../../workflows/domain/errors.js';

/** The table of the gateway's own refusals, as docs/errors.md has it. */
export function refusalTable(): string {
  const rows = Object.entries(gatewayErrors).map(
    ([code, { status, openaiType, retryable, message }]) =>
      `| \`${code}\` | ${status} | \`${openaiType}\` | ${retryable ? 'yes' : 'no'} | ${cell(message)} |`,
  );
  return ['| code | status | type | retry | means |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The table of vendors' failures, as docs/errors.md has it. */
export function failureTable(): string {
  const rows = Object.entries(FAILURE_ROWS).map(
    ([name, { code, status, type, retryable, vendorWords, message }]) =>
      `| ${name} | \`${code}\` | ${status} | \`${type}\` | ${retryable ? 'yes' : 'no'} | ${vendorWords ? "the vendor's own, else: " : ''}${cell(message)} |`,
  );
  return ['| class | code | status | type | retry | message |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
