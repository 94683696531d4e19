/** One press of Ctrl-C arrives twice, from the terminal and from npm; a person's second press comes later than this. */
const samePressMs = 1_000;

/** Calls `handle` with the number of the press, from 1 on, at each request to end: Ctrl-C, SIGTERM or a closed terminal. */
export function onInterrupt(handle: (press: number) => void): void {
  let presses = 0;
  let lastAt = -Infinity;
  const interrupt = (): void => {
    const isSame = Date.now() - lastAt < samePressMs;
    lastAt = Date.now();
    if (isSame) return;
    presses += 1;
    handle(presses);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
}
