import * as z from 'zod';

const listSchema = z.object({
  data: z.object({
    variants: z.array(z.object({ name: z.string(), claudeVersion: z.string() })),
    unreadable: z.array(z.unknown()),
  }),
});

/** What `list --json` has printed. */
export function listIn(stdout: string): z.infer<typeof listSchema>['data'] {
  return listSchema.parse(JSON.parse(stdout)).data;
}

const failureSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What a command that failed has printed with --json. */
export function failureIn(stdout: string): z.infer<typeof failureSchema>['error'] {
  return failureSchema.parse(JSON.parse(stdout)).error;
}
