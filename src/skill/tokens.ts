import { countTokens as count } from 'gpt-tokenizer/encoding/o200k_base';

/**
 * Counts the tokens of a text in the encoding o200k_base; special tokens such as `<|endoftext|>`
 * count as plain text. Claude's own tokenizer is not published, so the number is an estimate.
 * Loading the tables takes 130 ms: import this file dynamically.
 */
export function countTokens(text: string): number {
  return count(text, { disallowedSpecial: new Set() });
}
