import type { Price } from '../contracts/offers.js';
import { parseDecimal, powerOfTen } from './decimal.js';

/** An exact number of nano USD; `denominator` is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** With about its number, which tells most of what is asked of it for much less. */
export interface Sized extends Fraction {
  readonly about: number;
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** One unit at this price, in nano USD. Prices may be finer than a nano USD, so nothing is rounded here. */
export function perUnit({ usd, per }: Price): Fraction {
  const { digits, scale } = parseDecimal(usd);
  return { numerator: digits * powerOfTen(9), denominator: powerOfTen(scale) * BigInt(per) };
}

export function add(left: Fraction, right: Fraction): Fraction {
  if (left.denominator === right.denominator) {
    return { numerator: left.numerator + right.numerator, denominator: left.denominator };
  }
  return {
    numerator: left.numerator * right.denominator + right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
  };
}

/** Throws a `RangeError` where `count` is no whole number. */
export function times(value: Fraction, count: number): Fraction {
  return { numerator: value.numerator * BigInt(count), denominator: value.denominator };
}

export function larger(left: Fraction, right: Fraction): Fraction {
  return left.numerator * right.denominator >= right.numerator * left.denominator ? left : right;
}

/** Rounded up, for amounts of zero and more: a caller never pays less than the exact price. */
export function roundUp({ numerator, denominator }: Fraction): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** Negative, zero or positive as `left` is less than, equal to or more than `right`. */
export function compare(left: Fraction, right: Fraction): number {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function sized({ numerator, denominator }: Fraction): Sized {
  return { numerator, denominator, about: Number(numerator) / Number(denominator) };
}

/** Far more than the last digits of a number, in which `about` may be wrong. */
const NEAR = 1e-9;

/** Whether `left` is at most `right`, exactly: where their numbers are too near to tell, the fractions are compared. */
export function isAtMost(left: Sized, right: Sized): boolean {
  const difference = left.about - right.about;
  return Math.abs(difference) > right.about * NEAR ? difference < 0 : compare(left, right) <= 0;
}
