import type { MemoryRun } from './memory-run.js';
import type { Machine, MemoryMib } from './machine.js';
import type { Percentiles } from './statistics.js';
import type { Ratio, WaySummary } from './summary.js';

/** For people: the figures as they are quoted in docs/benchmarks.md. */
export function renderSummaries(summaries: readonly WaySummary[]): string {
  const header = [
    ...['at once', 'way', 'requests/s', 'total p50/p90/p99', 'added p50/p90/p99', 'first token p50/p90/p99'],
    ...['added to first token', 'CPU a request: Node + Temporal + Postgres', 'eager'],
  ];
  return (['plain', 'stream'] as const)
    .map((mode) => ({ mode, rows: summaries.filter((summary) => summary.mode === mode).map(renderRow) }))
    .filter(({ rows }) => rows.length > 0)
    .map(
      ({ mode, rows }) =>
        `${mode === 'plain' ? 'Plain answers' : 'Streams of 20 pieces'} (ms)\n${table([header, ...rows])}`,
    )
    .join('\n\n');
}

function renderRow(summary: WaySummary): readonly string[] {
  const { way, concurrency, requestsPerSecond, total, added, firstToken, addedFirstToken, cpu, eagerShare } = summary;
  const spent = [cpu.node, cpu.temporal, cpu.postgres].map(time).join(' + ');
  return [
    ...[
      String(concurrency),
      way,
      requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0),
      three(total),
      three(added),
    ],
    ...[three(firstToken), three(addedFirstToken), spent],
    eagerShare === undefined ? '' : `${(100 * eagerShare).toFixed(1)} %`,
  ];
}

export function renderRatios(latency: Ratio | undefined, throughput: Ratio | undefined): string {
  return [
    renderRatio('p50 alone, gateway over floor', latency, 'aim: 1.5 or less'),
    renderRatio('requests/s at 16, gateway over floor', throughput, 'aim: 0.75 or more'),
  ].join('');
}

function renderRatio(what: string, ratio: Ratio | undefined, aim: string): string {
  if (ratio === undefined) return '';
  const { median, lowest, highest } = ratio;
  return `${what}: ${median.toFixed(2)} (by rounds ${lowest.toFixed(2)} to ${highest.toFixed(2)}; ${aim})\n`;
}

export function renderMachine(machine: Machine): string {
  const { cpus, cpuModel, loadAverage, node, fsyncMs } = machine;
  const load = loadAverage.map((each) => each.toFixed(2)).join(' ');
  return `${cpus} x ${cpuModel}, Node ${node}, load before the run ${load}, fsync of 8 KiB ${fsyncMs.toFixed(2)} ms (median)`;
}

export function renderMemory({ gateway, temporal, postgres }: MemoryMib): string {
  return `gateway ${gateway.toFixed(0)}, Temporal ${temporal.toFixed(0)}, Postgres ${postgres.toFixed(0)}`;
}

export function renderMemoryRun({ looks, slopes, warmUpRequests }: MemoryRun): string {
  const header = ['after requests', 'gateway MiB', 'Temporal MiB', 'Postgres MiB', 'requests/s'];
  const rows = looks.map(({ requests, memory, requestsPerSecond }) => [
    String(requests),
    ...[memory.gateway, memory.temporal, memory.postgres].map((each) => each.toFixed(1)),
    requestsPerSecond.toFixed(1),
  ]);
  const signed = (number: number): string => `${number < 0 ? '' : '+'}${number.toFixed(2)}`;
  const growth = `gateway ${signed(slopes.gateway)}, Temporal ${signed(slopes.temporal)}, Postgres ${signed(slopes.postgres)}`;
  return `${table([header, ...rows])}\nMiB a thousand requests, beyond the first ${warmUpRequests}: ${growth}`;
}

function three(values: Percentiles | undefined): string {
  return values === undefined ? '' : [values.p50, values.p90, values.p99].map(time).join(' / ');
}

function time(ms: number): string {
  return ms.toFixed(1);
}

/** As Markdown has them, so that it can be quoted; the columns are even for the terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [header = [], ...rest] = rows;
  return [line(header), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join('\n');
}
