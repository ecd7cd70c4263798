import type { Bundle } from '../../bundle/types.ts';
import type { Analysis, CapabilityName, ChainLink, Edit } from '../../gates/types.ts';
import { type TreeNode, tree } from '../../ui/tree.ts';
import type { Choice } from '../../plan/choose-capability.ts';

/** A bundle in one line of text. */
export function bundleLine({ version, kind, platform, modules: { length } }: Bundle): string {
  const system = kind === 'js' ? 'JavaScript' : platform;
  return `Claude Code ${version}, ${system}, ${length} ${length === 1 ? 'module' : 'modules'}`;
}

/** The analysis and plan of a capability, for --json. */
export function gateData(
  { verdict, reason, env }: Analysis[CapabilityName],
  { by, edit }: Choice,
): object {
  return { verdict, reason, env: env ?? {}, by, edits: edit ? [edit] : [] };
}

/** The same as text, cut to `width` columns. */
export function gateText(
  name: CapabilityName,
  { verdict, reason, chains, env, flip }: Analysis[CapabilityName],
  plan: Choice,
  width: number,
): string {
  const lines = [`${name}: ${verdict}`, `  why   ${reason}`];
  const links = chains();
  if (links.length > 0) lines.push(indented('chain', tree(links.map(node), width - 8)));
  const assignments = assignmentsOf(env ?? {});
  if (assignments !== '') lines.push(`  env   ${assignments} would suffice`);
  if (flip) lines.push(...editLines(flip.edit));
  lines.push(`  plan  ${planText(plan)}`);
  return lines.join('\n');
}

function planText({ state, by, env, edit }: Choice): string {
  if (edit) return 'the edit';
  if (by === 'env') return `set ${assignmentsOf(env)}`;
  return state === 'on' ? 'none; it is on' : `none; it stays ${state}`;
}

function editLines({ module, start, end, before, after }: Edit): string[] {
  return [
    `  edit  ${module}, bytes ${start} to ${end}:`,
    `        ${before}`,
    `        ${after.trimEnd()}`,
  ];
}

function assignmentsOf(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map((pair) => pair.join('='))
    .join(' ');
}

function node({ name, module, start, source, reads, calls }: ChainLink): TreeNode {
  return {
    lines: [
      `${name}  (${module} at ${start})`,
      source,
      ...(reads.length > 0 ? [`reads ${reads.join(', ')}`] : []),
    ],
    children: calls.map(node),
  };
}

function indented(label: string, text: string): string {
  return text
    .split('\n')
    .map((line, index) => `  ${(index === 0 ? label : '').padEnd(6)}${line}`)
    .join('\n');
}
