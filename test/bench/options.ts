import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** How many requests at once, one part of the run each. */
  readonly concurrencies: readonly number[];
  readonly modes: readonly Mode[];
  /** How often the ways take turns within a part. */
  readonly rounds: number;
  /** Requests of each way in a round. */
  requestsAt(concurrency: number): number;
  /** Uncounted requests of each way, before anything is measured. */
  readonly warmUpRequests: number;
  /** Instead of the comparison: how memory develops over so many requests. */
  readonly memoryRequests?: number;
  readonly jsonFile?: string;
  /** Where the gateway and its threads leave their CPU profiles; the timings of such a run are not to be quoted. */
  readonly profileDir?: string;
  /** For trying things out: given to Node for the gateway and for the floor alike. */
  readonly nodeFlags: readonly string[];
  /** The parent of the run's data; it must lie on a real disk, or fsync costs nothing. */
  readonly dataDir?: string;
}

export type Mode = 'plain' | 'stream';

const usage = `npm run bench -- [flags]
  --quick              about a minute instead of about five
  --requests N         requests of each way in each round (default: 40 alone, else 160 or 5 for each at once; quick: 15, 64, 3)
  --rounds N           how often the ways take turns (default 6, quick 3)
  --at 1,16,64         how many at once
  --mode plain|stream  only one of the two
  --memory N           only this: memory over N requests, looked at after each tenth of them
  --json FILE          all figures, round by round
  --node-flag=FLAG     a flag of Node's for the gateway and the floor alike; may be repeated
  --profile DIR        CPU profiles of the gateway's threads
  --data DIR           where the run's data goes (default: .sluice in the project); not a RAM disk`;

/** Reads the flags. Says how they are meant, and ends, where one is wrong. */
export function readOptions(): BenchOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    process.exit(2);
  }
}

export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      requests: { type: 'string' },
      rounds: { type: 'string' },
      at: { type: 'string', default: '1,16,64' },
      mode: { type: 'string' },
      memory: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      'node-flag': { type: 'string', multiple: true, default: [] },
      data: { type: 'string' },
    },
  });
  const { quick, mode } = values;
  if (mode !== undefined && mode !== 'plain' && mode !== 'stream') throw new Error('--mode is plain or stream.');
  const requests = values.requests === undefined ? undefined : count(values.requests, '--requests');
  const [alone, together, waves] = quick ? [15, 64, 3] : [40, 160, 5];
  return {
    concurrencies: values.at.split(',').map((text) => count(text, '--at')),
    modes: mode === undefined ? ['plain', 'stream'] : [mode],
    rounds: values.rounds === undefined ? (quick ? 3 : 6) : count(values.rounds, '--rounds'),
    requestsAt: (concurrency) => requests ?? (concurrency === 1 ? alone : Math.max(together, waves * concurrency)),
    warmUpRequests: quick ? 200 : 800,
    nodeFlags: values['node-flag'],
    ...(values.memory !== undefined && { memoryRequests: count(values.memory, '--memory') }),
    ...(values.json !== undefined && { jsonFile: values.json }),
    ...(values.profile !== undefined && { profileDir: values.profile }),
    ...(values.data !== undefined && { dataDir: values.data }),
  };
}

function count(text: string, flag: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${flag} takes a whole number above 0, not "${text}".`);
  return number;
}
