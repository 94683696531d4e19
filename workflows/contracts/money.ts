/**
 * An amount of money: a whole number of 1e-9 USD as a decimal string, for example `"2500000"` for 0.0025 USD.
 * A string, because `bigint` does not survive JSON and a double loses units above 2^53.
 */
export type NanoUsd = string;

/** An exact decimal number of USD as a string, for example `"0.15"`. Never a double. */
export type UsdDecimal = string;
