import { spawn } from 'node:child_process';

// What is checked without being run, in two lanes: the linter takes as long as all the others together.

const lanes = [['lint'], ['typecheck', 'walls']];

const passed = await Promise.all(
  lanes.map(async (scripts) => {
    for (const script of scripts) if (!(await passes(script))) return false;
    return true;
  }),
);
process.exitCode = passed.every(Boolean) ? 0 : 1;

function passes(script: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script], { stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0));
  });
}
