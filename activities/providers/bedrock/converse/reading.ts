/** What of a request decides how its answer is to be read. */
export interface Reading {
  /** The tool that stands for the answer itself: what is written to it is the answer's text. */
  readonly jsonTool?: string;
  /** Free-text tools, whose one argument is the text. */
  readonly customTools: ReadonlySet<string>;
  /** Whose models answer: Claude's proofs of reasoning are Anthropic's, which its other hosts take back; all others' are this vendor's. */
  readonly prover: 'anthropic' | 'bedrock';
}
