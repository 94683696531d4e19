import { runFromTerminal } from './terminal.js';

// `npm start`: everything that the gateway needs, on this machine, supervised until Ctrl-C.
await runFromTerminal();
