import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ChildService {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Runs a script of this folder as a process of its own, which says its URL in its first line. */
export async function startChild(
  script: string,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<ChildService> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [...nodeFlags, '--import', 'tsx', path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    void gone.then(() => reject(new Error(`${script} ended before it said its URL.`)));
  });
  const { url } = JSON.parse(line) as { readonly url: string };
  return {
    url,
    pid: child.pid ?? 0,
    close: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
