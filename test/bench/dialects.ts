import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { DIRECTIONS, SUMMARY } from './dialect-directions.js';
import type { Direction } from './dialect-directions.js';
import { median } from './statistics.js';

// What it costs to put one dialect into another, without a network, a database or a workflow: `npm run bench:dialects`.
// Each figure is the median of some runs after one that does not count; events are parsed before and written out after.

const REQUEST_BYTES = 1_000_000;
const { values: options } = parseArgs({
  options: { tokens: { type: 'string', default: '100000' }, runs: { type: 'string', default: '5' } },
});
const [tokens, runs] = [Number(options.tokens), Number(options.runs)];

function millisecondsOf(run: () => unknown): number {
  run();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return median(times);
}

/** Reads and renders a stream, and gives the renderer's step back, so that what its state holds can be seen. */
function stream({ read, renderer }: Direction, events: readonly JsonObject[]): unknown {
  const [readEvent, step] = [read(), renderer().stream()];
  for (const [sequence, event] of events.entries())
    step({ type: 'frame', attempt: 1, sequence, frame: readEvent(event) });
  return [readEvent, step];
}

function plain({ renderer }: Direction, frames: readonly Frame[]): unknown {
  return renderer().plain(frames, SUMMARY);
}

/** Heap that reading and rendering still hold at the end of the stream, in MB: what grows with the answer, if anything. */
function heldMegabytes(direction: Direction, events: readonly JsonObject[]): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const held = stream(direction, events);
  globalThis.gc?.();
  const after = process.memoryUsage().heapUsed;
  return held === undefined ? 0 : (after - before) / 1e6;
}

function measure(direction: Direction): string {
  const [short, long] = [direction.events(1_000), direction.events(tokens)];
  const read = direction.read();
  const frames = long.map(read);
  const whole = millisecondsOf(() => stream(direction, long));
  const cells = [
    direction.name,
    `${millisecondsOf(() => stream(direction, short)).toFixed(1)} ms`,
    `${((whole / tokens) * 1_000).toFixed(1)} ms`,
    `${millisecondsOf(() => plain(direction, frames)).toFixed(0)} ms`,
    globalThis.gc ? `${heldMegabytes(direction, long).toFixed(1)} MB` : 'needs --expose-gc',
    `${millisecondsOf(direction.request(REQUEST_BYTES)).toFixed(0)} ms`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const load = loadavg()
  .map((average) => average.toFixed(1))
  .join(', ');
console.log(
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, load average ${load}\n`,
);
const size = tokens.toLocaleString('en');
const headings = ['caller, vendor', '1,000 events', `1,000 events of ${size}`, `${size} events as one plain answer`];
console.log(`| ${[...headings, 'held at the end', 'request of 1 MB'].join(' | ')} |`);
console.log(`|${' --- |'.repeat(headings.length + 2)}`);
for (const direction of DIRECTIONS) console.log(measure(direction));
