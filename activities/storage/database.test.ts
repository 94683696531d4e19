import { describe, expect, it } from 'vitest';
import { isDatabaseUnavailable } from './database.js';

const coded = (code: string, message = 'a message'): Error => Object.assign(new Error(message), { code });

describe('a database fault passes when Postgres is back', () => {
  it.each([
    '08000', // connection exception
    '08006', // connection failure
    '53300', // too many connections
    '53100', // disk full
    '57P01', // admin shutdown
    '57P02', // crash shutdown
    '57P03', // cannot connect now
    '40001', // serialization failure
    '40P01', // deadlock
    '55006', // object in use
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EAI_AGAIN',
    'ENOTFOUND',
  ])('with the code %s', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(true);
  });

  it.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])("where node-postgres says '%s', without a code", (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
  });

  it('where every address of a host refused', () => {
    const error = Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), {
      code: 'ECONNREFUSED',
    });
    expect(isDatabaseUnavailable(error)).toBe(true);
  });
});

describe('a database fault stays', () => {
  it.each([
    '23505', // unique violation
    '23514', // check violation
    '22P05', // untranslatable character
    '42601', // syntax error
    '42P01', // undefined table
    '42501', // insufficient privilege
    '57014', // query cancelled
    'P0001', // raised by a function
    'ENOENT',
  ])('with the code %s', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(false);
  });

  it('where its code says so, whatever its message says', () => {
    expect(isDatabaseUnavailable(coded('23505', 'Connection terminated'))).toBe(false);
  });

  it('where it is a bug', () => {
    expect(isDatabaseUnavailable(new TypeError('x is undefined'))).toBe(false);
  });

  it.each([['Connection terminated'], [undefined], [null], [{ code: 'ECONNREFUSED' }]])(
    'where it is no error: %s',
    (thrown) => {
      expect(isDatabaseUnavailable(thrown)).toBe(false);
    },
  );
});
