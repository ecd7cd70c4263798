// The only way into this room: variants of the earlier npm package of this name (up to 2.x), which
// `update --adopt` turns into ones of ours (docs/earlier-variants.md).
//
// The room can be removed from 2027-12-01 on, one year after the first release, together with
// commands/update-adopt.ts, lifecycle/adopt.ts, the kind `earlier` in variant/read-variant.ts and
// variant/previous.ts, `earlierData` in commands/output/report.ts, test/support/earlier-variant.ts
// and docs/earlier-variants.md.

export { type Adoption, adoptionOf, takenFrom } from './adoption.ts';
export { type EarlierRecord, type EarlierVariant, earlierRecord, readEarlier } from './variant.ts';
