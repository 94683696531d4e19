import { describe, expect, it } from 'vitest';
import { cronProblem } from './cron.js';

describe('a cron expression', () => {
  it.each([
    ...['* * * * *', '*/15 9-17 * * 1-5', '0 0 1,15 * *', '0 12 * * MON-FRI', '30 6 * jan,Jul 7', '5/20 * * * *'],
    ...['@daily', ' 0 8 * * 0 '],
  ])('%j is in order', (expression) => {
    expect(cronProblem(expression)).toBeUndefined();
  });

  it.each([
    ['', /five fields/],
    ['* * * *', /five fields/],
    ['0 * * * * * *', /five fields/],
    ['@every 1s', /five fields/],
    ['TZ=UTC 0 8 * * *', /five fields/],
    ['60 * * * *', /minute must be .* 0 to 59/],
    ['* 24 * * *', /hour/],
    ['* * 0 * *', /day of the month/],
    ['* * * foo *', /month/],
    ['* * * * 8', /day of the week/],
    ['*/0 * * * *', /minute/],
    ['5-1 * * * *', /minute/],
    ['1-2-3 * * * *', /minute/],
    ['1, * * * *', /minute/],
    ['-1 * * * *', /minute/],
  ])('%j is told what it lacks', (expression, problem) => {
    expect(cronProblem(expression)).toMatch(problem);
  });
});
