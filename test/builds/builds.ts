/** What one capability is in the stock build, and how cc-mirror's default turns it on. */
interface Expected {
  stock: boolean;
  by: 'stock' | 'env' | 'flip' | null;
}

/** A published build and what is known of it from running it (linux-x64, `-p`, an API key). */
export interface KnownBuild {
  version: string;
  kind: 'js' | 'native';
  tasks: Expected;
  teams: Expected;
}

const off = { stock: false, by: null } as const;
const stock = { stock: true, by: 'stock' } as const;
const env = { stock: false, by: 'env' } as const;
const flip = { stock: false, by: 'flip' } as const;

/** One build for each era of the gates and each layout of the bundle. */
export const knownBuilds: KnownBuild[] = [
  { version: '2.0.77', kind: 'js', tasks: flip, teams: off },
  { version: '2.1.2', kind: 'js', tasks: flip, teams: off },
  { version: '2.1.12', kind: 'js', tasks: off, teams: off },
  { version: '2.1.16', kind: 'js', tasks: flip, teams: flip },
  { version: '2.1.20', kind: 'js', tasks: flip, teams: flip },
  { version: '2.1.28', kind: 'js', tasks: flip, teams: flip },
  { version: '2.1.32', kind: 'js', tasks: flip, teams: flip },
  { version: '2.1.112', kind: 'js', tasks: flip, teams: flip },
  { version: '2.1.113', kind: 'native', tasks: env, teams: env },
  { version: '2.1.160', kind: 'native', tasks: stock, teams: env },
  { version: '2.1.200', kind: 'native', tasks: stock, teams: env },
  { version: '2.1.221', kind: 'native', tasks: stock, teams: env },
  { version: '2.1.240', kind: 'native', tasks: env, teams: env },
  { version: '2.1.250', kind: 'native', tasks: env, teams: flip },
  { version: '2.1.270', kind: 'native', tasks: env, teams: flip },
  { version: '2.1.310', kind: 'native', tasks: env, teams: flip },
  { version: '2.1.329', kind: 'native', tasks: env, teams: flip },
];
