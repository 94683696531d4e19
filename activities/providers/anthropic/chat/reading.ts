/** What of a request decides how its answer is to be read. */
export interface Reading {
  /** The tool that stands for the answer itself: what is written to it is the answer's text. */
  readonly jsonTool?: string;
  /** Free-text tools, whose one argument `input` is the text. */
  readonly customTools: ReadonlySet<string>;
}

export const PLAIN_READING: Reading = { customTools: new Set() };
