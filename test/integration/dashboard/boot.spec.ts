import { Injectable, Module, type CanActivate } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { ResilienceDashboardOptions } from '../../../lib/dashboard/dashboard-options.js';
import { ResilienceDashboardModule } from '../../../lib/dashboard/resilience-dashboard.module.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { issuesOfBoot } from '../../support/boot.js';
import { authorized, closeApps, dashboardApp, platforms, TokenGuard, TOKEN } from './support.js';

afterEach(closeApps);

const issues = (options: object) =>
  issuesOfBoot({
    imports: [
      ResilienceModule.forRoot(),
      ResilienceDashboardModule.register(options as ResilienceDashboardOptions),
    ],
  });

@Injectable()
class Accounts {
  isOperator(token: string | undefined): boolean {
    return token === `Bearer ${TOKEN}`;
  }
}

@Module({ providers: [Accounts], exports: [Accounts] })
class AccountsModule {}

@Injectable()
class AccountsGuard implements CanActivate {
  constructor(private readonly accounts: Accounts) {}

  canActivate(context: any): boolean {
    return this.accounts.isOperator(context.switchToHttp().getRequest().headers.authorization);
  }
}

describe('the boot of an application with a dashboard', () => {
  it('ends without guards, and says what to do', async () => {
    const [issue, ...others] = await issues({});
    expect(issue).toMatch(
      /^ResilienceDashboardModule\.register\.guards: expected at least one guard.*`allowUnauthenticated: true`/,
    );
    expect(others).toEqual([]);
    expect(await issues({ guards: [] })).toHaveLength(1);
    expect(await issues({ allowUnauthenticated: true })).toEqual([]);
  });

  it('lists everything that is wrong with the options', async () => {
    expect(await issues({ path: '../x', guards: ['x'], readonly: true, actor: 'me' })).toEqual([
      expect.stringMatching(/\.path: expected a path such as 'resilience'.*got '\.\.\/x'/),
      expect.stringMatching(/\.guards\[0\]: expected a guard/),
      expect.stringMatching(/\.readonly: unknown key, did you mean 'readOnly'/),
      expect.stringMatching(/\.actor: expected a function/),
    ]);
  });

  it('ends without ResilienceModule', async () => {
    const dashboard = ResilienceDashboardModule.register({ guards: [TokenGuard] });
    await expect(Test.createTestingModule({ imports: [dashboard] }).compile()).rejects.toThrow(
      'needs ResilienceModule.forRoot()',
    );
  });

  it('gives guards what they inject, from the modules of `imports`', async () => {
    const dashboard = { imports: [AccountsModule], guards: [AccountsGuard] };
    const { ask } = await dashboardApp({ Adapter: platforms[0]![1], dashboard });
    expect((await ask('resilience/breakers')).status).toBe(403);
    expect((await ask('resilience/breakers', { headers: authorized })).status).toBe(200);
  });
});
