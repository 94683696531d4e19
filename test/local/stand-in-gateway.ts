import { createServer } from 'node:http';

// Stands in for workers/gateway.ts where only the supervision is under test: serves, reports itself ready, ends when told.

const {
  SLUICE_HOST: host = '127.0.0.1',
  SLUICE_PORT,
  SLUICE_LOCAL_API_KEY,
  SLUICE_LOCAL_ADMIN_KEY,
  STAND_IN_LINGERS,
} = process.env;

const server = createServer((_request, response) => response.end(JSON.stringify({ pid: process.pid })));
server.listen(Number(SLUICE_PORT), host, () => {
  process.send?.({
    type: 'ready',
    baseUrl: `http://${host}:${SLUICE_PORT}`,
    apiKey: SLUICE_LOCAL_API_KEY,
    adminKey: SLUICE_LOCAL_ADMIN_KEY,
    vendors: [
      { id: 'sandbox', spendsMoney: false },
      { id: 'openai', spendsMoney: true },
    ],
    localLimitUsd: '20',
  });
});
process.on('SIGTERM', () => process.exit(0));
// A gateway that drains for long outlives its supervisor; the next start has to end it.
if (STAND_IN_LINGERS !== 'yes') process.on('disconnect', () => process.exit(0));
