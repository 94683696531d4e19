/** Node's globals, none of which may compile in workflows/. */
export const used = [process.pid, setImmediate, Buffer.from('a'), __dirname, require];
