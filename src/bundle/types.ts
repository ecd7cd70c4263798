import type { SourceModule } from '../gates/types.ts';

/** A JavaScript module of a bundle, with its offsets in the program file. */
export interface BundleModule extends SourceModule {
  /** Byte offset of `bytes` in the program file. */
  position: number;
  /** Byte offset of the (offset, length) pair for the module's bytecode; null if it has none. */
  bytecodePair: number | null;
}

/** A Claude Code bundle, opened for reading. */
export interface Bundle {
  /** `js`: a package for Node.js; `native`: a Bun standalone executable. */
  kind: 'js' | 'native';
  version: string;
  /** `any` for `js`, else as in the package names: `linux-x64-musl`. */
  platform: string;
  /** The folder to copy for `js`, the program itself for `native`. */
  root: string;
  /** The program: cli.js or the executable. */
  file: string;
  modules: readonly BundleModule[];
}
