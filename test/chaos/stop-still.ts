import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { sendSignal } from '../../infra/local/processes.js';
import { until } from './until.js';

/** Stops a process where it stands. The signal takes effect thread by thread, so that sending it is not yet a barrier. */
export async function stopStill(pid: number): Promise<void> {
  sendSignal(pid, 'SIGSTOP');
  await until(`process ${pid} to stand still`, () => {
    const states = threadStates(pid);
    const isStill = states.length > 0 && states.every((state) => state.startsWith('T'));
    return Promise.resolve(isStill ? true : { pending: `its threads are ${states.join('')}` });
  });
}

function threadStates(pid: number): readonly string[] {
  if (process.platform !== 'linux') {
    return [execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()];
  }
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // The second field is the name in parentheses and may hold spaces and parentheses itself.
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  });
}
