import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../../src/errors.ts';
import { type Line, formatLines, parseLines, withLine } from './line.ts';
import { pageText } from './page.ts';

/** The file of lines and, beside it, the page made from it; both are written with every line. */
export class Results {
  readonly #file: string;
  #lines: readonly Line[];

  private constructor(file: string, lines: readonly Line[]) {
    this.#file = file;
    this.#lines = lines;
  }

  /** Reads the file; one that is not there has no lines. Error: `invalid-record`. */
  static async open(file: string): Promise<Results> {
    await mkdir(dirname(file), { recursive: true });
    try {
      return new Results(file, parseLines(await readFile(file, 'utf8'), file));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      return new Results(file, []);
    }
  }

  /** In order of version. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** The line that tells of a version on a platform: its own, or that of the JavaScript build. */
  find(version: string, platform: string): Line | undefined {
    return this.#lines.find(
      (line) => line.version === version && [platform, 'any'].includes(line.platform),
    );
  }

  async add(line: Line): Promise<void> {
    this.#lines = withLine(this.#lines, line);
    await replaceFile(this.#file, formatLines(this.#lines));
    await this.writePage();
  }

  async writePage(): Promise<void> {
    await replaceFile(this.#file.replace(/\.jsonl$/, '.md'), pageText(this.#lines));
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
