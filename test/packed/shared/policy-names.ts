// Compiled, never run: names of policies are checked once the app has listed them.
import { Retryable } from 'nestjs-holdfast';
import type { PolicyName } from 'nestjs-holdfast';

declare module 'nestjs-holdfast' {
  interface ResiliencePolicies {
    impatient: true;
    stock: true;
    network: true;
    file: true;
  }
}

export const known: PolicyName = 'impatient';

export class Service {
  // @ts-expect-error no policy of this name is listed
  @Retryable('patient')
  async load(): Promise<void> {}
}
