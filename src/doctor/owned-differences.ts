import { type OwnedValues, mergeOwned } from '../config/merge.ts';

/** The part of our values that a configuration file has. `text`: null if there is no file. */
export function ownedThere(text: string | null, owned: OwnedValues, path: string): OwnedValues {
  if (text === null) return {};
  const isThere = (key: string, value: OwnedValues[string]): boolean =>
    mergeOwned(text, { [key]: value }, null, path) === text;
  return Object.fromEntries(
    Object.entries(owned).flatMap(([key, value]): [string, OwnedValues[string]][] => {
      if (!Array.isArray(value)) return isThere(key, value) ? [[key, value]] : [];
      const items = value.filter((item) => isThere(key, [item]));
      return items.length > 0 || value.length === 0 ? [[key, items]] : [];
    }),
  );
}

/** Our key paths that a file lacks, wholly or in part. */
export function ownedMissing(text: string | null, owned: OwnedValues, path: string): string[] {
  const there = ownedThere(text, owned, path);
  return Object.keys(owned).filter((key) => sizeOf(there[key]) !== sizeOf(owned[key]));
}

/** Our key paths that the user changed. */
export function ownedChanged(text: string, owned: OwnedValues, path: string): string[] {
  const missing = ownedMissing(text, owned, path);
  return Object.entries(owned)
    .filter(([key, value]) => !Array.isArray(value) && !missing.includes(key))
    .filter(([key, value]) => mergeOwned(text, {}, { [key]: value }, path) === text)
    .map(([key]) => key);
}

/** The length of a list, 1 for any other value, -1 for none. */
function sizeOf(value: OwnedValues[string] | undefined): number {
  if (value === undefined) return -1;
  return Array.isArray(value) ? value.length : 1;
}
