import { parse } from 'acorn';
import { patchesFor } from '../../src/bundle/write-program.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import { analyze } from '../../src/gates/analyze.ts';
import { parsedSkeleton } from '../../src/gates/syntax/parsed-skeleton.ts';
import { type Skeleton, scanSkeleton } from '../../src/gates/syntax/skeleton.ts';
import { parseAs } from '../../src/gates/syntax/source.ts';
import { type Edit, type SourceModule, capabilityNames } from '../../src/gates/types.ts';
import { applyEdit } from '../unit/gates/modules.ts';
import { demand } from './bytes.ts';
import { spoiltModules } from './gate-inputs.ts';
import type { Random } from './random.ts';

/** Analyzes spoilt modules; what it proposes to edit fits, parses and is not proposed again. */
export async function gates(random: Random): Promise<string> {
  const modules = spoiltModules(random);
  const analysis = analyze(modules);
  for (const capability of capabilityNames) {
    const { verdict, env, flip, reason, chains } = analysis[capability];
    chains();
    demand(reason !== '', `${capability}: no reason`);
    demand(verdict !== 'env' || env !== null, `${capability}: env without an environment`);
    demand(verdict !== 'flip' || flip !== null, `${capability}: flip without an edit`);
    if (flip) checkEdit(modules, flip.edit, capability);
  }
  const edits = capabilityNames.flatMap((name) => analysis[name].flip?.edit ?? []);
  patchesFor(bundleOf(modules), edits);
  return capabilityNames.map((name) => analysis[name].verdict).join(' ');
}

function checkEdit(
  modules: readonly SourceModule[],
  edit: Edit,
  capability: (typeof capabilityNames)[number],
): void {
  const [patch] = patchesFor(bundleOf(modules), [edit]);
  demand(patch?.bytes.length === edit.end - edit.start, 'an edit changes the length');
  const before = modules.find(({ name }) => name === edit.module)!;
  const edited = applyEdit(modules, edit);
  const after = edited.find(({ name }) => name === edit.module)!;
  const spoils = parses(before) === 'yes' && parses(after) === 'no';
  demand(!spoils, 'an edited module does not parse');
  demand(analyze(edited)[capability].flip === null, 'an edit is proposed again');
}

/** The modules as they lie in a bundle, one behind the other. */
function bundleOf(modules: readonly SourceModule[]): Bundle {
  let position = 0;
  const placed = modules.map((module) => {
    const one = { ...module, position, bytecodePair: null };
    position += module.bytes.length;
    return one;
  });
  const file = 'program';
  return { kind: 'js', version: '1.0.0', platform: 'any', root: file, file, modules: placed };
}

function parses({
  bytes,
  encoding,
  format,
}: Omit<SourceModule, 'name'>): 'yes' | 'no' | 'too deep' {
  try {
    parse(bytes.toString(encoding), {
      ecmaVersion: 'latest',
      sourceType: format === 'module' ? 'module' : 'script',
      allowHashBang: true,
    });
    return 'yes';
  } catch (error) {
    if (error instanceof RangeError) return 'too deep';
    if (!(error instanceof SyntaxError)) throw error;
    return error.message.includes('stack space') ? 'too deep' : 'no';
  }
}

/** Splits spoilt text into statements: where it parses, no statement is cut and no name is lost. */
export async function skeleton(random: Random): Promise<string> {
  const { bytes, encoding, format } = random.pick(spoiltModules(random));
  const text = bytes.toString(encoding);
  const scanned = scanSkeleton(text, format === 'commonjs');
  if (!scanned) return 'lost';
  checkOrder(scanned, text.length);
  const whole = parses({ bytes, encoding, format }) === 'yes';
  const program = whole ? parseAs(text, format) : null;
  if (!program) return 'split';
  const parsed = parsedSkeleton(program, format);
  for (const at of parsed.declared) {
    demand(scanned.declared.includes(at), `the name at ${at} is lost`);
  }
  for (const at of scanned.starts) {
    const start = at + text.slice(at).search(/\S/);
    demand(parsed.starts.includes(start), `the statement around ${at} is cut`);
  }
  return 'split as parsed';
}

function checkOrder({ starts, end, declared, ...ranges }: Skeleton, length: number): void {
  demand(end <= length, 'the end lies behind the text');
  const ascending = starts.every((at, index) => at < (starts[index + 1] ?? Infinity) && at <= end);
  demand(ascending, 'the starts do not ascend');
  demand(
    declared.every((at) => at >= 0 && at < length),
    'a name outside the text',
  );
  const indexes = [...ranges.imports, ...ranges.exports, ...ranges.patterns];
  demand(
    indexes.every((index) => index >= 0 && index < starts.length),
    'a range that does not exist',
  );
}
