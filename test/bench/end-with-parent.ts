/** Ends this process when the one that started it has gone, however that one went: its end of our input is then closed. */
export function endWithParent(): void {
  process.stdin.resume().on('end', () => process.exit(0));
}
