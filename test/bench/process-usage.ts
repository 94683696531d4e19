import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Of the process and of its children that have ended, in clock ticks. */
  readonly ticks: number;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const msPerTick = 1_000 / ticksPerSecond;

/** The CPU time that a process and everything below it have used so far. Linux only: it reads /proc. */
export function treeCpuMs(pid: number): number {
  return msPerTick * treeOf(pid).reduce((sum, { ticks }) => sum + ticks, 0);
}

/**
 * The memory of a process and everything below it, in MiB. Pages that several share, as Postgres's processes do, are
 * counted once where the system says how they are shared (PSS), else in each (RSS).
 */
export function treeMemoryMib(pid: number): number {
  return treeOf(pid).reduce((sum, { pid: each }) => sum + memoryKib(each), 0) / 1_024;
}

/** Resolves once the processes do next to nothing, so that what one has left to do is not put down to the next. */
export async function untilQuiet(pids: readonly number[], withinMs = 5_000): Promise<void> {
  const lookEveryMs = 100;
  const quietMs = 30;
  const deadline = performance.now() + withinMs;
  const usedMs = (): number => pids.reduce((sum, pid) => sum + treeCpuMs(pid), 0);
  for (let before = usedMs(); performance.now() < deadline;) {
    await sleep(lookEveryMs);
    const now = usedMs();
    if (now - before <= quietMs) return;
    before = now;
  }
}

function treeOf(root: number): readonly ProcessStat[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(Number(name)) : []));
  const inTree = new Set([root]);
  // A child's number may be lower than its parent's, so that one pass need not find all.
  for (let before = 0; before !== inTree.size;) {
    before = inTree.size;
    for (const { pid, parent } of all) if (inTree.has(parent)) inTree.add(pid);
  }
  return all.filter(({ pid }) => inTree.has(pid));
}

/** Empty where the process has ended meanwhile. See proc_pid_stat(5). */
function readStat(pid: number): readonly ProcessStat[] {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return [];
  // The name, in parentheses, may hold anything; the fields counted here begin behind it, with the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks, childUserTicks, childSystemTicks] = fields.slice(11, 15).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const ticks = userTicks + systemTicks + childUserTicks + childSystemTicks;
  return [{ pid, parent: Number(fields[1]), ticks }];
}

function memoryKib(pid: number): number {
  const rollup = readOrUndefined(`/proc/${pid}/smaps_rollup`);
  const share = /^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1];
  if (share !== undefined) return Number(share);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readOrUndefined(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
