/** What of a request decides how its answer is to be read. */
export interface Reading {
  /** The tool that stands for the answer itself: what is written to it is the answer's text. */
  readonly jsonTool?: string;
  /** Free-text tools, whose one argument `input` is the text. */
  readonly customTools: ReadonlySet<string>;
}

export const PLAIN_READING: Reading = { customTools: new Set() };

/** The argument that a free-text tool takes at this vendor, where every tool takes an object. */
export const CUSTOM_TOOL_ARGUMENT = 'input';
