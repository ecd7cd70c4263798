/** A JavaScript module of a bundle, with its offsets in the program file. */
export interface BundleModule {
  name: string;
  format: 'module' | 'commonjs' | 'script';
  encoding: 'latin1' | 'utf8' | 'utf16le';
  bytes: Buffer;
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

/** Replaces the bytes from `start` to `end` of a module by as many others. */
export interface BundleEdit {
  module: string;
  start: number;
  end: number;
  before: string;
  after: string;
}
