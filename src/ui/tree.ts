/** A node of a tree: its lines, then its children. */
export interface TreeNode {
  lines: string[];
  children: TreeNode[];
}

/** A tree as text, with lines from a node to its children, cut to `width` columns. */
export function tree(roots: readonly TreeNode[], width: number): string {
  return roots
    .flatMap((root) => branch(root, '', ''))
    .map((line) => (line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line))
    .join('\n');
}

function branch({ lines, children }: TreeNode, first: string, next: string): string[] {
  const stem = children.length > 0 ? '│ ' : '  ';
  return [
    ...lines.map((line, index) => (index === 0 ? first + line : `${next}${stem}${line}`)),
    ...children.flatMap((child, index) =>
      index === children.length - 1
        ? branch(child, `${next}└ `, `${next}  `)
        : branch(child, `${next}├ `, `${next}│ `),
    ),
  ];
}
