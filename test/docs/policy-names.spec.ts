import { typeErrors } from '../support/compile.js';

const decorated = `
import { InjectPolicy, NamedPolicy, ResilienceService, Resilient, Retryable } from 'nestjs-holdfast';
declare module 'nestjs-holdfast' {
  interface ResiliencePolicies { network: true; payments: true }
}
export class Payments {
  constructor(@InjectPolicy('payments') readonly policy: NamedPolicy, readonly service: ResilienceService) {}

  @Retryable('network') async charge(): Promise<void> {}
  @Resilient('netwrk') async refund(): Promise<void> {}

  run(): Promise<number> {
    return this.service.execute('paymnts', () => 1);
  }
}
`;

describe('names of policies', () => {
  it('that ResiliencePolicies lists are the only ones that decorators and execute take', () => {
    expect(typeErrors({ 'listed.ts': decorated })).toEqual([
      expect.stringMatching(/listed\.ts:10 .*"netwrk".*"network" \| "payments"/),
      expect.stringMatching(/listed\.ts:13 .*"paymnts"/),
    ]);
  });
});
