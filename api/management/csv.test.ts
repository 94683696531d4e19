import { expect, it } from 'vitest';
import { csvLine, type CsvCell } from './csv.js';

it.each<[string, readonly CsvCell[], string]>([
  ['plain text and numbers', ['a b', 1, -2.5, true], 'a b,1,-2.5,true\r\n'],
  ['nothing', [null, undefined, ''], ',,\r\n'],
  ['commas and quotes', ['a,b', 'say "x"'], '"a,b","say ""x"""\r\n'],
  ['breaks of lines', ['a\nb', 'a\r\nb'], '"a\nb","a\r\nb"\r\n'],
  ['formulas', ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'], "'=1+1,'+1,'-1,'@SUM(A1),'\t=1\r\n"],
  ['a formula that needs quotes', ['=HYPERLINK("x","y")'], '"\'=HYPERLINK(""x"",""y"")"\r\n'],
  ['a return in front', ['\r=1'], '"\'\r=1"\r\n'],
])('writes %s', (_case, cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
