import type { Preset } from '../../provider/preset.ts';
import * as z from '../../zod.ts';

type Kind = NonNullable<Preset['balance']>['kind'];

const amount = z.union([z.number(), z.string().check(z.regex(/^-?\d[\d.]*$/))]);
const shapes = {
  // https://api-docs.deepseek.com/api/get-user-balance
  deepseek: z.object({
    is_available: z.boolean(),
    balance_infos: z.array(z.object({ currency: z.string(), total_balance: amount })),
  }),
  // https://platform.moonshot.ai/docs/api/balance
  moonshot: z.object({
    data: z.object({ available_balance: amount, voucher_balance: amount, cash_balance: amount }),
  }),
  // https://www.kimi.com/code/docs; the shape as kimi-cli reads it: numbers are texts
  'kimi-coding': z.object({
    usage: z.object({ limit: amount, remaining: amount, resetTime: z.optional(z.string()) }),
    limits: z._default(
      z.array(
        z.object({
          window: z.object({ duration: z.number(), timeUnit: z.string() }),
          detail: z.object({ limit: amount, remaining: amount }),
        }),
      ),
      [],
    ),
  }),
  // https://openrouter.ai/docs/api/api-reference/credits/get-credits, for management keys only
  openrouter: z.object({ data: z.object({ total_credits: amount, total_usage: amount }) }),
  // https://docs.siliconflow.com/en/api-reference/userinfo/get-user-info
  siliconflow: z.object({ data: z.object({ totalBalance: amount }) }),
  // https://github.com/zai-org/zai-coding-plugins, glm-plan-usage
  zai: z.object({
    data: z.object({
      limits: z.array(
        z.object({
          type: z.string(),
          percentage: z.number(),
          nextResetTime: z.optional(z.number()),
        }),
      ),
      level: z.optional(z.string()),
    }),
  }),
} as const;

/** What is left, as one line; null for an answer of an unknown shape. Pure. */
export function readBalance(kind: Kind, answer: unknown): string | null {
  switch (kind) {
    case 'deepseek': {
      const read = shapes[kind].safeParse(answer).data;
      if (read === undefined || read.balance_infos.length === 0) return null;
      const sums = read.balance_infos.map((one) => `${one.total_balance} ${one.currency}`);
      return `${sums.join(', ')} left${read.is_available ? '' : ', not enough for requests'}`;
    }
    case 'moonshot': {
      const read = shapes[kind].safeParse(answer).data?.data;
      return read
        ? `${read.available_balance} left (vouchers ${read.voucher_balance}, cash ${read.cash_balance})`
        : null;
    }
    case 'kimi-coding': {
      const read = shapes[kind].safeParse(answer).data;
      if (read === undefined) return null;
      const { usage, limits } = read;
      const windows = limits.map(
        ({ window, detail }) =>
          `${detail.remaining} of ${detail.limit} in ${window.duration} ${unitOf(window.timeUnit)}`,
      );
      const reset = usage.resetTime === undefined ? '' : `, renewed ${dateOf(usage.resetTime)}`;
      return [`${usage.remaining} of ${usage.limit} left${reset}`, ...windows].join('; ');
    }
    case 'openrouter': {
      const read = shapes[kind].safeParse(answer).data?.data;
      if (read === undefined) return null;
      const { total_credits: bought, total_usage: used } = read;
      return `${(Number(bought) - Number(used)).toFixed(2)} of ${Number(bought).toFixed(2)} credits left`;
    }
    case 'siliconflow': {
      const read = shapes[kind].safeParse(answer).data?.data;
      return read ? `${read.totalBalance} left` : null;
    }
    case 'zai': {
      const read = shapes[kind].safeParse(answer).data?.data;
      if (read === undefined || read.limits.length === 0) return null;
      const { level, limits } = read;
      const used = limits.map(({ type, percentage, nextResetTime }) => {
        const what = type === 'TOKENS_LIMIT' ? 'tokens' : type === 'TIME_LIMIT' ? 'tools' : type;
        const reset = nextResetTime === undefined ? '' : ` until ${dateOf(nextResetTime)}`;
        return `${what} ${percentage} % used${reset}`;
      });
      return `${used.join(', ')}${level === undefined ? '' : ` (plan ${level})`}`;
    }
  }
}

function unitOf(unit: string): string {
  return unit.replace(/^TIME_UNIT_/, '').toLowerCase();
}

function dateOf(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(0, 16).concat('Z');
}
