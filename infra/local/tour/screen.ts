import { styleText } from 'node:util';

const columns = 100;
const labelColumns = 12;

/** What the tour says to the person at the terminal, at most 100 columns wide. */
export interface Screen {
  /** Begins a numbered step; `story` says in a sentence or two what there is to see. */
  headline(title: string, story: string): void;
  /** A labelled fact; what does not fit goes on below it. */
  row(label: string, text: string): void;
  /** Plain text between the facts. */
  say(text: string): void;
}

export interface ScreenOptions {
  readonly write: (line: string) => void;
  /** Where the output is a file or a pipe, escape codes would only be in the way. */
  readonly bold: boolean;
}

export function createScreen({ write, bold }: ScreenOptions): Screen {
  let step = 0;
  return {
    headline: (title, story) => {
      step += 1;
      const head = `== ${step}. ${title} `.padEnd(columns, '=');
      write(`\n${bold ? styleText('bold', head) : head}`);
      for (const line of wrap(story, columns)) write(line);
      write('');
    },
    row: (label, text) => {
      const lines = text.split('\n').flatMap((line) => wrap(line, columns - labelColumns));
      for (const [index, line] of lines.entries()) write(`${(index === 0 ? label : '').padEnd(labelColumns)}${line}`);
    },
    say: (text) => {
      for (const line of wrap(text, columns)) write(line);
    },
  };
}

/** Breaks at spaces, and inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(space > 0 ? end + 1 : end);
  }
  return [...lines, rest];
}

/** The beginning of a long text, marked as such. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 4).trimEnd()} ...`;
}
