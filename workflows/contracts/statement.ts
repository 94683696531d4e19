/** One SQL statement, to be run in somebody else's transaction. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}
