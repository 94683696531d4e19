import { searchAttributeNames } from '../../workflows/contracts/search-attributes.js';

/**
 * The development server comes with one shard, one SQLite connection and the rate limits of a production cluster. These
 * lift what would slow a laptop down; each was measured with server 1.29.1.
 */
const dynamicConfig = {
  // Off by default in 1.29: without it eager activities silently never happen.
  'system.enableActivityEagerExecution': true,
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  // Four partitions forward polls to each other, which costs time where traffic is low.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // The default of 20 polls a second for the one shard costs up to 50 ms a hop.
  'history.transferProcessorMaxPollRPS': 2_000,
  'history.timerProcessorMaxPollRPS': 2_000,
  'history.visibilityProcessorMaxPollRPS': 2_000,
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  'matching.rps': 100_000,
  'history.rps': 100_000,
  'matching.persistenceMaxQPS': 100_000,
  // Callers that wait for a workflow's end are long polls; 1,200 at once is the default.
  'frontend.namespaceCount': 20_000,
  'frontend.namespaceRPS.visibility': 1_000,
  'system.forceSearchAttributesCacheRefreshOnRead': false,
} as const;

export interface TemporalPorts {
  readonly grpc: number;
  readonly ui: number;
  readonly http: number;
  readonly metrics: number;
}

/** The arguments of `temporal` that start the development server as Sluice needs it. */
export function temporalArguments(options: {
  readonly dbFile: string;
  readonly namespace: string;
  readonly ports: TemporalPorts;
}): string[] {
  const { ports } = options;
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(ports.grpc), '--ui-port', String(ports.ui)],
    ...['--http-port', String(ports.http), '--metrics-port', String(ports.metrics)],
    // A profile on the developer's machine points clients at other servers; it must not reach this one.
    ...['--disable-config-env', '--disable-config-file', '--log-level', 'warn', '--namespace', options.namespace],
    ...[
      '--db-filename',
      options.dbFile,
      '--sqlite-pragma',
      'journal_mode=WAL',
      '--sqlite-pragma',
      'synchronous=NORMAL',
    ],
    ...Object.values(searchAttributeNames).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
  ];
}
