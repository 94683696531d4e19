import { parseArgs } from 'node:util';
import { startFakeVendor } from './fake-vendor.js';

// The fake vendor as a process of its own: says its URL as one line of JSON, and runs until it is killed.
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    log: { type: 'string' },
    control: { type: 'boolean', default: false },
    'log-bodies': { type: 'boolean', default: false },
  },
});

const vendor = await startFakeVendor({
  port: Number(values.port),
  logFile: values.log,
  control: values.control,
  keepBodies: values['log-bodies'],
});

process.stdout.write(`${JSON.stringify({ url: vendor.url, pid: process.pid })}\n`);
