import { fileURLToPath } from 'node:url';
import { runFromTerminal } from '../../infra/local/terminal.js';

// `npm start` as it is, but for the gateway.
await runFromTerminal({
  gatewayCommand: [
    process.execPath,
    '--import',
    'tsx',
    fileURLToPath(new URL('./stand-in-gateway.ts', import.meta.url)),
  ],
});
