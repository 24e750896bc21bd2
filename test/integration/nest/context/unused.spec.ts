import { currentAttempt } from '../../../../lib/nest/context/current-attempt.js';
import { outgoingHeaders } from '../../../../lib/nest/context/context-headers.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';

afterEach(closeApps);

describe('where no application has propagateContext on', () => {
  it('a debug line says once why nothing is found', async () => {
    const { logs, service } = await startApp();
    const found = await service.execute('quick', () => [currentAttempt(), outgoingHeaders()]);

    expect(found).toEqual([undefined, {}]);
    expect(logs.of('debug').filter((line) => line.includes('propagateContext'))).toEqual([
      'currentAttempt() and outgoingHeaders() have nothing to tell: no ResilienceModule.forRoot() has propagateContext on',
    ]);
  });
});
