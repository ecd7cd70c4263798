import type { AnyNode, Program, Statement as AcornStatement, ModuleDeclaration } from 'acorn';
import { type Skeleton, emptySkeleton } from './skeleton.ts';

/** The skeleton of a fully parsed module: exact but slow, for text that the lexical pass fails on. */
export function parsedSkeleton(
  program: Program,
  format: 'module' | 'commonjs' | 'script',
): Skeleton {
  const body = format === 'commonjs' ? wrapperBody(program) : program.body;
  const skeleton: Skeleton = {
    ...emptySkeleton(),
    starts: body.map((node) => node.start),
    end: body.at(-1)?.end ?? 0,
  };
  for (const [range, node] of body.entries()) addDeclared(skeleton, range, node);
  return skeleton;
}

function addDeclared(
  skeleton: Skeleton,
  range: number,
  node: AcornStatement | ModuleDeclaration,
): void {
  if (node.type === 'ImportDeclaration') skeleton.imports.push(range);
  if (node.type.startsWith('Export')) skeleton.exports.push(range);
  const declaration = withoutExport(node);
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') {
    if (declaration.id) skeleton.declared.push(declaration.id.start);
  }
  if (declaration.type !== 'VariableDeclaration') return;
  for (const { id } of declaration.declarations) {
    if (id.type === 'Identifier') skeleton.declared.push(id.start);
    else if (skeleton.patterns.at(-1) !== range) skeleton.patterns.push(range);
  }
}

/** The declaration or expression that an `export` wraps; any other node as it is. */
export function withoutExport(node: AcornStatement | ModuleDeclaration): AnyNode {
  const exports =
    node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration';
  return (exports && node.declaration) || node;
}

/** The statements inside `(function(exports, require, …){…})`. */
function wrapperBody(program: Program): AcornStatement[] {
  const [only] = program.body;
  if (only?.type !== 'ExpressionStatement') return [];
  const { expression } = only;
  const callee = expression.type === 'CallExpression' ? expression.callee : expression;
  return callee.type === 'FunctionExpression' ? callee.body.body : [];
}
