/** What a caller named, as it can be told back: printable. Its length was bounded when it was parsed. */
export function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}
