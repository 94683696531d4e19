/** Where a text stops being JSON: `offset` from 0, `line` and `column` from 1. */
export interface JsonErrorPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const SPACE = /[ \t\n\r]*/y;
/** From the space on, but for the quote and the backslash, a string may hold any character as it is. */
const STRING = /"(?:[ !#-[\]-\u{10FFFF}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';
type Open = ('{' | '[')[];

/** The place behind a token, and what may come there. */
interface Step {
  readonly at: number;
  readonly expected: Expected;
}

/**
 * Finds the first token that makes a text not JSON. `JSON.parse` names the place in some of its messages only, and quotes
 * the text in the others, which must not leave this process. Walks with a list instead of the stack.
 */
export function jsonErrorPosition(text: string): JsonErrorPosition {
  const open: Open = [];
  let step: Step | undefined = { at: 0, expected: 'value' };
  let at = 0;
  while (step !== undefined) {
    at = skip(SPACE, text, step.at);
    step = at < text.length ? advance(text, at, step.expected, open) : undefined;
  }
  return positionOf(text, at);
}

function advance(text: string, at: number, expected: Expected, open: Open): Step | undefined {
  switch (expected) {
    case 'value':
      return readValue(text, at, open);
    case 'value-or-end':
      return readEnd(text, at, open) ?? readValue(text, at, open);
    case 'key':
      return readToken(STRING, text, at, 'colon');
    case 'key-or-end':
      return readEnd(text, at, open) ?? readToken(STRING, text, at, 'colon');
    case 'colon':
      return text[at] === ':' ? { at: at + 1, expected: 'value' } : undefined;
    case 'comma-or-end':
      if (text[at] !== ',') return readEnd(text, at, open);
      return { at: at + 1, expected: open.at(-1) === '{' ? 'key' : 'value' };
    case 'nothing':
      return undefined;
  }
}

function readValue(text: string, at: number, open: Open): Step | undefined {
  const character = text[at];
  if (character === '{' || character === '[') {
    open.push(character);
    return { at: at + 1, expected: character === '{' ? 'key-or-end' : 'value-or-end' };
  }
  return readToken(character === '"' ? STRING : SCALAR, text, at, afterValue(open));
}

function readEnd(text: string, at: number, open: Open): Step | undefined {
  if (text[at] !== (open.at(-1) === '{' ? '}' : ']')) return undefined;
  open.pop();
  return { at: at + 1, expected: afterValue(open) };
}

function readToken(pattern: RegExp, text: string, at: number, expected: Expected): Step | undefined {
  const end = skip(pattern, text, at);
  return end === at ? undefined : { at: end, expected };
}

function afterValue(open: Open): Expected {
  return open.length === 0 ? 'nothing' : 'comma-or-end';
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function positionOf(text: string, offset: number): JsonErrorPosition {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
    line += 1;
    lineStart = next + 1;
  }
  return { offset, line, column: offset - lineStart + 1 };
}
