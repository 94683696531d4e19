import { spawnSync } from 'node:child_process';

// All tests, those included that take minutes each; what follows is passed on (`npm run test:long test/jobs`).

const args = ['run', ...process.argv.slice(2)];
const env = { ...process.env, SLUICE_TEST_LONG: '1' };
const { status } = spawnSync('vitest', args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
process.exitCode = status ?? 1;
