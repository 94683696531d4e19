import { sleep } from '@temporalio/workflow';

/** Node's globals, which must not come in with the types of Temporal's packages. */
export const used = [process.pid, setImmediate, Buffer.from('a'), __dirname, require, sleep];
