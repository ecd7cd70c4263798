import { describe, it } from 'vitest';
import { withWorld } from '../support/claude.ts';
import { checkDebug, checkPlan, checkReview } from '../support/router/chains.ts';
import { checkContracts, checkFallback } from '../support/router/contracts.ts';
import { checkBreaker, checkEscalation } from '../support/router/remedies.ts';
import { checkResume } from '../support/router/resume.ts';
import { checkBuildWorkflow } from '../support/router/workflow.ts';

describe.each(['2.0.77', '2.1.112', '2.1.240', '2.1.329'])('the router on %s', (version) => {
  it('completes a BUILD workflow with a blocking review', () =>
    withWorld((world) => checkBuildWorkflow(world, version)));

  it('asks once for a missing contract, and lets no worker change tasks or start workers', () =>
    withWorld((world) => checkContracts(world, version)));

  it('resumes an interrupted workflow of its own, and no other', () =>
    withWorld((world) => checkResume(world, version)));
});

describe('the router without task tools', () => {
  it('says so when installed, and keeps a table', () =>
    withWorld((world) => checkFallback(world, '2.1.329')));
});

describe.each(['2.0.77', '2.1.329'])('the other chains of the router on %s', (version) => {
  it('finds a bug and records its root cause', () =>
    withWorld((world) => checkDebug(world, version)));

  it('reviews without a remediation', () => withWorld((world) => checkReview(world, version)));

  it('plans in docs/plans where that is allowed', () =>
    withWorld((world) => checkPlan(world, version, true)));

  it('plans beside its memory where it is not', () =>
    withWorld((world) => checkPlan(world, version, false)));

  it('turns a quick BUILD into a full one when the verifier finds a fault', () =>
    withWorld((world) => checkEscalation(world, version)));

  it('stops before a fourth remediation when nobody can answer', () =>
    withWorld((world) => checkBreaker(world, version)));
});
