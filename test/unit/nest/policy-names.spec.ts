import { typeErrors } from '../../support/compile.js';

const uses = `
import { getPolicyToken, InjectPolicy, NamedPolicy, ResilienceService, Resilient, Retryable } from 'nestjs-holdfast';

export class Payments {
  constructor(@InjectPolicy('payments') readonly policy: NamedPolicy, readonly service: ResilienceService) {}

  @Retryable('payments')
  async charge(): Promise<void> {}

  @Resilient('network', { timeout: '1s' })
  async refund(): Promise<void> {}

  async report(): Promise<void> {
    await this.service.execute('payments', async () => 1);
    this.service.policy('network').wrap(async () => 1);
    this.service.register('a-new-one', {});
    getPolicyToken('payments');
  }
}
`;

describe('names of policies', () => {
  it('are any strings', () => {
    expect(typeErrors({ 'any.ts': uses })).toEqual([]);
  });

  it('are those that ResiliencePolicies lists, once it lists some', () => {
    const listed = `
declare module 'nestjs-holdfast' {
  interface ResiliencePolicies { payments: true; network: true }
}
`;
    const wrong = `
import { InjectPolicy, ResilienceService, Resilient, Retryable } from 'nestjs-holdfast';

export class Misnamed {
  // @ts-expect-error there is no such policy
  @Retryable('paymets')
  async charge(): Promise<void> {}

  // @ts-expect-error
  @Resilient('netwrok')
  async refund(): Promise<void> {}

  // @ts-expect-error
  @InjectPolicy('paymets') readonly policy: unknown;

  async report(service: ResilienceService): Promise<void> {
    // @ts-expect-error
    await service.execute('paymets', async () => 1);
    // @ts-expect-error
    await service.tryExecute('paymets', async () => 1);
    // @ts-expect-error
    service.wrap('paymets', async () => 1);
    // @ts-expect-error
    service.policy('paymets');
    // @ts-expect-error
    service.update('paymets', {});
    // @ts-expect-error
    service.stats('paymets');
  }
}
`;
    expect(typeErrors({ 'listed.ts': `export {};\n${listed}`, 'uses.ts': uses, 'wrong.ts': wrong })).toEqual(
      [],
    );
  });
});
