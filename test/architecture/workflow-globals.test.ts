import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { plantedFolder, projectFolder } from './cruise.js';

const globals = ['process', 'setImmediate', 'Buffer', '__dirname', 'require'];
/** The flow imports @temporalio/workflow besides, whose types must not bring Node's with them. */
const planted = ['workflows/domain/node-globals.ts', 'workflows/flows/node-globals.ts'];

/** The compiler's complaints about one file under the options of a tsconfig. */
function compile(file: string, tsconfig: string): readonly string[] {
  const parsed = ts.getParsedCommandLineOfConfigFile(`${projectFolder}/${tsconfig}`, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => {
      throw new Error(describeProblem(problem));
    },
  });
  if (parsed === undefined) throw new Error(`${tsconfig} could not be read`);
  const program = ts.createProgram([`${plantedFolder}/${file}`], parsed.options);
  return ts.getPreEmitDiagnostics(program).map(describeProblem);
}

const describeProblem = ({ messageText }: ts.Diagnostic): string => ts.flattenDiagnosticMessageText(messageText, '\n');

describe("Node's globals", () => {
  it.each(planted)('do not compile in %s', (file) => {
    const missing = compile(file, 'workflows/tsconfig.json').map(
      (problem) => /^Cannot find name '(\w+)'/.exec(problem)?.[1],
    );
    expect(missing).toEqual(globals);
  });

  it.each(planted)('are all that is wrong with %s', (file) => {
    expect(compile(file, 'tsconfig.json')).toEqual([]);
  });

  it('are kept from every file of workflows/ but its tests', () => {
    const { config } = ts.readConfigFile(`${projectFolder}/workflows/tsconfig.json`, (path) =>
      ts.sys.readFile(path),
    ) as {
      readonly config: unknown;
    };
    expect(config).toMatchObject({ compilerOptions: { types: [] }, include: ['.'], exclude: ['**/*.test.ts'] });
  });
});
