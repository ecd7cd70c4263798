import { expect, test } from 'vitest';
import { nativeLayout } from '../../corpus/layout.ts';

const module = (length: number, bytecode: [position: number, length: number]) => ({
  loader: 1,
  contents: { position: 0, length },
  bytecode: { position: bytecode[0], length: bytecode[1] },
});
const asset = { ...module(9000, [0, 0]), loader: 5 };

test.each([
  ['single', [module(100, [0, 0]), module(900, [0, 500])]],
  ['chunked', [module(400, [0, 50]), module(300, [50, 50]), module(300, [100, 50])]],
  // A record's length runs to the end of the region that all share.
  ['chunked-shared', [module(400, [0, 150]), module(300, [50, 100]), module(300, [100, 50])]],
])('%s, whatever assets are beside it', (layout, modules) => {
  expect(nativeLayout([asset, ...modules])).toBe(layout);
});
