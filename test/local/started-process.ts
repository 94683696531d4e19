import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly exitCode: Promise<number | null>;
  /** All that it printed so far. */
  output(): string;
  /** Resolves once the text was printed; rejects, with the output, if the process ends before. */
  says(text: string): Promise<void>;
}

/** Runs a TypeScript file beside this one in a process of its own, with exactly this environment. */
export function startProcess(file: string, env: Record<string, string>): StartedProcess {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    exitCode,
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        look();
        void exitCode.then((code) => reject(new Error(`ended with ${code} and never said "${text}":\n${output}`)));
      }),
  };
}
