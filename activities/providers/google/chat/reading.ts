/** What of a request decides how its answer is to be read. */
export interface Reading {
  /** Free-text tools, whose one argument `input` is the text. */
  readonly customTools: ReadonlySet<string>;
  /** Begins the ids of calls that the vendor gave none; different for each answer. */
  readonly callPrefix: string;
}
