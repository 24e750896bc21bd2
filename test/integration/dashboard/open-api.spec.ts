import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { closeApps, dashboardApp, platforms } from './support.js';

afterEach(closeApps);

async function pathsOf(readOnly: boolean): Promise<Record<string, any>> {
  const { app } = await dashboardApp({ Adapter: platforms[0]![1], dashboard: { readOnly } });
  return SwaggerModule.createDocument(app, new DocumentBuilder().build()).paths;
}

describe('the OpenAPI document', () => {
  it('describes the JSON endpoints and leaves out the page and its files', async () => {
    const paths = await pathsOf(false);
    const own = Object.keys(paths).filter((path) => path.startsWith('/resilience'));
    expect(own).toEqual([
      '/resilience/breakers',
      '/resilience/policies',
      '/resilience/events',
      '/resilience/breakers/actions',
    ]);
    const action = paths['/resilience/breakers/actions'].post;
    expect(action.tags).toEqual(['resilience']);
    expect(Object.keys(action.responses)).toEqual(
      expect.arrayContaining(['200', '400', '403', '404', '429']),
    );
    expect(action.requestBody.content['application/json'].schema.required).toEqual(['name', 'action']);
    expect(action.parameters).toContainEqual(
      expect.objectContaining({ in: 'header', name: 'x-resilience-action' }),
    );
  });

  it('says nothing of changes where the page is read only', async () => {
    expect(await pathsOf(true)).not.toHaveProperty('/resilience/breakers/actions');
  });
});
