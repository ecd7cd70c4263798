const REQUIREMENT = 0xfade0c00;

/** Operations about the certificates that signed: anchors, fields, policies, notarization. */
export const certificateOperations = new Set([3, 4, 11, 12, 13, 14, 15, 17, 18, 21, 22, 23]);

/**
 * The operations of all requirements: a super blob whose entries are requirements, each u32 magic,
 * length, form (1: expression), then the expression. Null if one cannot be read.
 */
export function requirementOperations(set: Buffer): number[] | null {
  const operations: number[] = [];
  const count = set.length >= 12 ? set.readUInt32BE(8) : Infinity;
  if (12 + count * 8 > set.length) return null;
  for (let index = 0; index < count; index++) {
    const at = set.readUInt32BE(12 + index * 8 + 4);
    if (at < 12 + count * 8 || at + 12 > set.length) return null;
    const length = set.readUInt32BE(at + 4);
    const isExpression = set.readUInt32BE(at) === REQUIREMENT && set.readUInt32BE(at + 8) === 1;
    if (!isExpression || length < 12 || at + length > set.length) return null;
    const expression = set.subarray(at + 12, at + length);
    if (expressionEnd(expression, operations) !== expression.length) return null;
  }
  return operations;
}

/**
 * What follows each operation, by its number (`ExprOp` in requirement.h): `i` an integer, `d` data
 * (u32 length, bytes, padded to 4), `m` a match, `e` another expression, `-` nothing.
 */
const operands = '-,-,d,-,id,dd,ee,ee,d,e,dm,idm,i,-,idm,-,dm,idm,d,d,i,-,idm,-'.split(',');

/** Notes the operations of an expression; returns where it ends, or -1. */
function expressionEnd(bytes: Buffer, operations: number[]): number {
  let at = 0;
  const expected = ['e'];
  for (let next = expected.pop(); next; next = expected.pop()) {
    if (at + 4 > bytes.length) return -1;
    const word = bytes.readUInt32BE(at);
    at += 4;
    if (next === 'e') {
      const shape = operands[word];
      if (shape === undefined) return -1;
      operations.push(word);
      if (shape !== '-') expected.push(...shape.split('').reverse());
    } else if (next === 'd') {
      at += Math.ceil(word / 4) * 4;
    } else if (next === 'm') {
      // Matches: 0 and 14 stand alone, 1 to 8 compare with data, 9 to 13 with a time of 8 bytes.
      if (word > 14) return -1;
      if (word > 0 && word < 9) expected.push('d');
      else if (word > 8 && word < 14) at += 8;
    }
  }
  return at;
}
