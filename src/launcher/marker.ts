const posixStart = '#!/bin/sh';
const windowsStart = '@echo off';
const claim = 'cc-mirror launcher for variant ';

/** A comment in every generated script. */
export const rewritten = 'Rewritten by every cc-mirror update; edits here are lost.';

/** The first two lines of a POSIX launcher; the second names its variant. */
export function posixHead(variant: string): string[] {
  return [posixStart, `# ${claim}${variant}`];
}

/** The first two lines of a Windows launcher; the second names its variant. */
export function windowsHead(variant: string): string[] {
  return [windowsStart, `rem ${claim}${variant}`];
}

/**
 * The variant whose launcher this text is; null for a file that cc-mirror did not write and must
 * neither replace nor remove.
 */
export function launcherVariant(text: string): string | null {
  const [first, second] = text.split('\n', 2).map((line) => line.replace(/\r$/, ''));
  const comment = first === posixStart ? '# ' : first === windowsStart ? 'rem ' : null;
  if (comment === null || second === undefined) return null;
  if (!second.startsWith(comment + claim)) return null;
  const variant = second.slice(comment.length + claim.length);
  return /^[A-Za-z0-9._-]+$/.test(variant) ? variant : null;
}
