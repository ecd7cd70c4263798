/** The npm package of Claude Code. */
export const claudePackage = '@anthropic-ai/claude-code';

/** The package of the native program for a platform, such as `linux-x64-musl`. */
export function nativePackage(platform: string): string {
  return `${claudePackage}-${platform}`;
}

/**
 * The platforms among a manifest's `optionalDependencies`: packages from 2.1.113 on bring their
 * native programs that way. Empty for a JavaScript package.
 */
export function nativePlatforms(optionalDependencies: unknown): string[] {
  const prefix = nativePackage('');
  const names = Object.keys(optionalDependencies ?? {});
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
