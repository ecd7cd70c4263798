import { expect, it } from 'vitest';
import { readBalance } from '../../../../src/live/answer/balance.ts';

const reset = Date.UTC(2026, 10, 28, 12, 30);

/** Answers in the shapes of the services' own pages, which balance.ts names. */
it.each([
  [
    'deepseek',
    {
      is_available: true,
      balance_infos: [{ currency: 'CNY', total_balance: '110.00', granted_balance: '10.00' }],
    },
    '110.00 CNY left',
  ],
  [
    'deepseek',
    { is_available: false, balance_infos: [{ currency: 'USD', total_balance: '0.00' }] },
    '0.00 USD left, not enough for requests',
  ],
  [
    'moonshot',
    {
      code: 0,
      data: { available_balance: 49.58, voucher_balance: 46.58, cash_balance: 3 },
      status: true,
    },
    '49.58 left (vouchers 46.58, cash 3)',
  ],
  [
    'kimi-coding',
    {
      usage: { limit: '100', used: '26', remaining: '74', resetTime: '2026-12-01T08:00:00Z' },
      limits: [
        {
          window: { duration: 300, timeUnit: 'TIME_UNIT_MINUTE' },
          detail: { limit: '100', remaining: '85' },
        },
      ],
    },
    '74 of 100 left, renewed 2026-12-01T08:00Z; 85 of 100 in 300 minute',
  ],
  [
    'openrouter',
    { data: { total_credits: 100.5, total_usage: 25.75 } },
    '74.75 of 100.50 credits left',
  ],
  [
    'siliconflow',
    { code: 20000, data: { balance: '0.88', chargeBalance: '88.00', totalBalance: '88.88' } },
    '88.88 left',
  ],
  [
    'zai',
    {
      code: 200,
      data: {
        limits: [
          { type: 'TIME_LIMIT', percentage: 28, usage: 100 },
          { type: 'TOKENS_LIMIT', percentage: 1, nextResetTime: reset },
        ],
        level: 'lite',
      },
      success: true,
    },
    'tools 28 % used, tokens 1 % used until 2026-11-28T12:30Z (plan lite)',
  ],
] as const)('%s', (kind, answer, wanted) => {
  expect(readBalance(kind, answer)).toBe(wanted);
  for (const other of [undefined, null, 'text', [], {}, { data: {} }, { data: { limits: 3 } }]) {
    expect(readBalance(kind, other)).toBeNull();
  }
});
