export interface TextMeasures {
  readonly sentences: number;
  readonly clauses: number;
  readonly numbers: number;
  readonly question_marks: number;
  readonly code_fence: number;
  readonly code_marks: number;
  readonly stack_trace: number;
  readonly formula: number;
  readonly quoted: number;
}

/** How a text looks, each from 0 to 1. `sample` is its beginning as written, `instruction` what it asks for, in lower case. */
export function measureText(sample: string, instruction: string): TextMeasures {
  const has = (pattern: RegExp): number => (pattern.test(sample) ? 1 : 0);
  return {
    sentences: share(instruction, /[.!?。！？](?:\s|$)|[。！？]/g, 6),
    clauses: share(instruction, /[,;:，；：、]/g, 8),
    numbers: share(instruction, /\d+/g, 6),
    question_marks: share(instruction, /[?？]/g, 2),
    code_fence: has(/```/),
    code_marks: share(sample, /[a-z]\(|\);|=>|[a-z][A-Z]|\w_\w|[{}]|==|<\/?\w+>/g, 12),
    stack_trace: has(/Traceback|\bat \S+ \(?\S+:\d+|^#\d+\s|Exception|Error:|Segmentation fault|panic:/m),
    formula: has(/[∫∑√≤≥≠∞π²³∀∃]|\\(?:frac|int|sum|mathbb|dots|le)\b|\$[^$\n]{2,60}\$|\b[xyn]\s*[=^]|\d\s*[*×÷^]\s*\d/),
    quoted: has(/["“„«「][^"”“»」\n]{12,}/),
  };
}

function share(text: string, pattern: RegExp, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) {
    count += 1;
    if (count === most) break;
  }
  return count / most;
}
