import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// What the walls of `.dependency-cruiser.cjs` cannot see: what is written inside a file. Each rule of our own says why.

const tests = ['test/**/*.ts', '**/*.test.ts'];

/** House grammar; a later block that sets this rule replaces the list, so blocks spread it. */
const grammar = [
  { selector: 'TSEnumDeclaration', message: 'Enums do not survive JSON: a union of string literals does.' },
  {
    selector:
      'ClassDeclaration:not([superClass.name=/(Error|Failure)$/]), ClassExpression:not([superClass.name=/(Error|Failure)$/])',
    message: 'Only errors are classes. State belongs in a `createX(deps)` closure.',
  },
];

/** A pure decision gives the same answer in a replay a year later: the time and the chance are arguments. */
const impureSyntax = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
  message: 'A pure decision is told the time.',
};
const impureGlobals = [
  'crypto',
  'performance',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'clearTimeout',
  'clearInterval',
].map((name) => ({ name, message: 'Domain and contracts are pure: time, chance and I/O are arguments.' }));
const impureProperties = [
  { object: 'Date', property: 'now', message: 'A pure decision is told the time.' },
  { object: 'Math', property: 'random', message: 'A pure decision is told the chance.' },
];

const environment = {
  property: { object: 'process', property: 'env', message: 'Settings are read once, in infra/runtime.' },
  imports: ['process', 'node:process'].map((name) => ({
    name,
    importNames: ['env', 'default'],
    message: 'Settings are read once, in infra/runtime.',
  })),
};

export default tseslint.config(
  {
    ignores: ['node_modules', 'dist', 'coverage', '.sluice', 'test/architecture/planted', 'test/replay/histories'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `import { type X }` alone would still load the module at run time under verbatimModuleSyntax.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `return stop();` in a function of nothing is an early return that reads well.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // A leading underscore leaves a field out: `const { secret: _secret, ...rest } = settings`.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async function without an await still turns a throw into a rejection, which is what its callers expect.
      '@typescript-eslint/require-await': 'off',
      // JSON's own grammar names control characters.
      'no-control-regex': 'off',
      // Our objects are closures: no method reads `this`.
      '@typescript-eslint/unbound-method': 'off',
      // It takes what a callback or another await has changed meanwhile for what it was.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Run files and environments are plain objects, and leaving a name out of one is what they are for.
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-restricted-syntax': ['error', ...grammar],
      'no-restricted-properties': ['error', environment.property],
      'no-restricted-imports': ['error', { paths: environment.imports }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      complexity: ['error', 20],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['workflows/contracts/**/*.ts', 'workflows/domain/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': ['error', environment.property, ...impureProperties],
      'no-restricted-syntax': ['error', ...grammar, impureSyntax],
    },
  },
  {
    files: ['infra/runtime/**/*.ts', ...tests, '*.config.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    // These talk to somebody at a terminal.
    files: ['infra/local/**/*.ts', 'infra/cli/**/*.ts', 'workers/**/*.ts', ...tests],
    rules: { 'no-console': 'off' },
  },
  { files: ['*.config.ts'], rules: { 'no-restricted-exports': 'off' } },
  {
    // A suite is one long function whose cases are read one at a time; matchers and parsed answers are `any`, and what
    // is wrong about them fails there and then.
    files: tests,
    rules: {
      'max-lines': ['error', 500],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      sourceType: 'module',
      globals: { process: 'readonly', module: 'writable', require: 'readonly' },
    },
  },
  {
    // Programs for readers, of nothing but Node: what it has without an import.
    files: ['docs/examples/**/*.mjs'],
    languageOptions: { globals: { Buffer: 'readonly', console: 'readonly', fetch: 'readonly' } },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
);
