import { basename } from 'node:path';
import { Store } from '../bundle/store/store.ts';
import { variantLayout } from '../variant/layout.ts';
import { type ForeignFolder, notAVariant } from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { Context } from '../home/context.ts';
import { once } from '../home/once.ts';
import { type Finding, reported } from './finding.ts';
import { readInside } from './checks/check-gates.ts';
import { checkHome, checkStore } from './checks/check-home.ts';
import { checkMachine } from './checks/check-machine.ts';
import { checkRecord } from './checks/check-record.ts';
import { versionNow } from './checks/check-version.ts';
import type { Shared } from './check-context.ts';
import { examineVariant } from './examine-variant.ts';

export interface Report {
  variants: { name: string; findings: Finding[] }[];
  /** On the home, its store and the machine; empty if only named variants are examined. */
  home: Finding[];
}

export interface ExamineOptions {
  /** Run the variants' programs. */
  run: boolean;
  /** Ask the variants' providers. */
  live?: boolean;
  /** Also check what all variants share. */
  home: boolean;
  /** The folder in which sessions would start. */
  folder: string;
}

/** Examines variants; changes nothing. */
export async function examine(
  records: readonly (VariantRecord | ForeignFolder)[],
  around: Context,
  { run, live = false, home, folder }: ExamineOptions,
): Promise<Report> {
  const { layout, progress } = around;
  const shared = sharedBy(around, folder);
  const report: Report = { variants: [], home: [] };
  const broken: string[] = [];
  for (const record of records) {
    if ('kind' in record) {
      const name = basename(record.folder);
      const found = await checkRecord(layout, record);
      if (found === null && !home) throw notAVariant(record);
      if (found === null) continue;
      const findings = reported('record', found, `cc-mirror doctor ${name} --fix`);
      report.variants.push({ name, findings });
      broken.push(record.folder);
      continue;
    }
    const { name, launcher } = record;
    progress.step(`Examining ${name}`);
    const places = { ...variantLayout(layout, name), launcher };
    const findings = await examineVariant({ record, places, around, shared }, { run, live });
    report.variants.push({ name, findings });
  }
  if (!home) return report;
  progress.step('Examining the home and the store');
  const told = new Set(report.variants.flatMap(({ findings }) => wrongIn(findings)));
  const fixCommand = 'cc-mirror doctor --fix';
  report.home = [
    ...reported('home', await checkHome(around, broken), fixCommand),
    ...reported('store', await checkStore(shared.store, layout), fixCommand),
    ...reported('machine', checkMachine(around, folder), fixCommand),
  ].filter(({ message }) => !told.has(message));
  return report;
}

function sharedBy(around: Context, folder: string): Shared {
  const versions = new Map<string, Promise<string>>();
  const verdicts = new Map<string, ReturnType<Shared['verdictsOf']>>();
  return {
    folder,
    store: new Store(around.layout.store),
    versionOf: (source) => once(versions, JSON.stringify(source), () => versionNow(source, around)),
    verdictsOf: (path, sha256) => once(verdicts, sha256, () => readInside(path)),
  };
}

/** The messages of all problems. */
function wrongIn(findings: readonly Finding[]): string[] {
  return findings.filter(({ level }) => level !== 'ok').map(({ message }) => message);
}
