const SENTENCES = [
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua.',
  'Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.',
  'Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur.',
  'Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.',
];

/** 200 tokens of the sandbox: 800 bytes of ASCII. */
const LENGTH = 800;

export const LOREM_TEXT = `${SENTENCES.join(' ')} ${SENTENCES.join(' ')}`
  .slice(0, LENGTH - 1)
  .trimEnd()
  .padEnd(LENGTH, '.');
