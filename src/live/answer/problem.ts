/** What is wrong with an answer, and what the user can do. */
export interface Problem {
  kind: ProblemKind;
  message: string;
  next: string;
}

/**
 * `unreachable`, `address` and `redirect`: no such API answers there. `key` and `forbidden`: not for this
 * key. `balance`, `rate` and `busy`: not now, whatever is asked. `model`: not this model. `refused`: not
 * this request.
 */
export type ProblemKind =
  | 'unreachable'
  | 'address'
  | 'redirect'
  | 'key'
  | 'forbidden'
  | 'balance'
  | 'rate'
  | 'busy'
  | 'model'
  | 'refused';
