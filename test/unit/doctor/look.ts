import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Report, examine } from '../../../src/doctor/examine.ts';
import type { Finding } from '../../../src/doctor/finding.ts';
import { type Failures, repair } from '../../../src/doctor/repair.ts';
import type { Context } from '../../../src/home/context.ts';
import { listVariants } from '../../../src/variant/read-variant.ts';
import type { VariantRecord } from '../../../src/variant/record.ts';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import { type World, create, newWorld } from '../variant/world.ts';

/** A world in which the launchers' folder is on PATH, with the variant `one`, which was not run. */
export async function newPatient(
  wish: Partial<Wish> = {},
): Promise<{ world: World; record: VariantRecord }> {
  const world = await newWorld();
  world.around.environment = { PATH: world.bin, SHELL: '/bin/bash' };
  return { world, record: await create(world, { prove: false, ...wish }) };
}

interface LookOptions extends Partial<Context> {
  run?: boolean;
  home?: boolean;
}

export async function look(
  { around, root }: World,
  { run = false, home = true, ...changed }: LookOptions = {},
): Promise<Report> {
  const whole = { ...around, ...changed };
  const records = listVariants(whole.layout);
  return examine(records, whole, { run, home, folder: `${root}/projects/mine` });
}

/** The findings that are not `ok`, of everything; those of the machine that runs the tests aside. */
export async function wrong(world: World, options: LookOptions = {}): Promise<Finding[]> {
  const { variants, home } = await look(world, options);
  return [...variants.flatMap(({ findings }) => findings), ...home].filter(
    ({ level, check }) => level !== 'ok' && check !== 'machine',
  );
}

/** Repairs what is found. */
export async function mend(world: World, options: LookOptions = {}): Promise<Failures> {
  return repair(await look(world, options), { ...world.around, ...options });
}

export const settingsOf = ({ configDir }: VariantRecord): string =>
  join(configDir, 'settings.json');
export const folderOf = ({ configDir }: VariantRecord): string => dirname(configDir);

export async function changeSettings(
  record: VariantRecord,
  change: (settings: { [key: string]: any }) => void, // oxlint-disable-line typescript/no-explicit-any -- a user's file
): Promise<void> {
  const settings = JSON.parse(await readFile(settingsOf(record), 'utf8'));
  change(settings);
  await writeFile(settingsOf(record), JSON.stringify(settings));
}
