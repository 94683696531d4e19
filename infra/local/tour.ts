import { runTour } from './tour/run-tour.js';

// `npm run tour`: what the gateway does, shown and checked in about a minute; `-- --keep` leaves it up at the end.
const code = await runTour({ keep: process.argv.includes('--keep') });
// Connections that were broken on purpose may still be timing out.
process.exit(code);
