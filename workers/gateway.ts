import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { ConfigError, loadConfig, type Config } from '../infra/runtime/config.js';
import { createLog, describeError, type Logger } from '../infra/runtime/log.js';
import { startGateway } from './start-gateway.js';

// The gateway's process. What comes in: settings by the environment, requests by HTTP, tasks from Temporal. It ends on
// SIGTERM, SIGINT or the end of the process that started it, after what is under way; a second signal ends it at once.

const config = readConfig();
const log = createLog(config.logLevel);
installRuntime(log);
const gateway = await startGateway(config, log).catch((error: unknown) => {
  // A start is operated by a person, who needs the reason; no request has been seen yet, so that no content can be in it.
  log.fatal({ ...describeError(error), reason: (error as Error).message }, 'the gateway cannot start');
  process.exit(1);
});

let ending = false;
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.on(signal, () => {
    if (ending) process.exit(1);
    ending = true;
    void end();
  });
}
gateway.failed.catch((error: unknown) => {
  log.fatal(describeError(error), 'the worker has died');
  process.exit(1);
});
process.on('unhandledRejection', (error) => log.error(describeError(error), 'a rejection was not handled'));

log.info({ baseUrl: gateway.baseUrl, vendors: gateway.vendors.map(({ id }) => id) }, 'the gateway is up');
process.send?.({
  type: 'ready',
  baseUrl: config.http.publicUrl ?? gateway.baseUrl,
  apiKey: config.local.apiKey ?? '',
  adminKey: config.local.adminKey ?? '',
  vendors: gateway.vendors,
  localLimitUsd: config.local.limitUsd,
});

async function end(): Promise<void> {
  log.info({}, 'the gateway finishes what is under way');
  try {
    await gateway.drain();
    process.exit(0);
  } catch (error) {
    log.error(describeError(error), 'the gateway did not end well');
    process.exit(1);
  }
}

function readConfig(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Temporal's own log lines go into ours, without the errors' messages. */
function installRuntime(log: Logger): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const error: unknown = meta?.['error'];
    const workflowId: unknown = meta?.['workflowId'];
    const fields = {
      ...(error !== undefined && describeError(error)),
      ...(typeof workflowId === 'string' && { workflowId }),
    };
    if (level === 'ERROR') log.error(fields, message);
    else log.warn(fields, message);
  });
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  // Temporal's own handlers would stop the worker at the signal, while requests under way still need it: `drain` does it.
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
}
