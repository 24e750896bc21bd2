import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { closeApps, dashboardApp, platforms } from './support.js';

afterEach(closeApps);

async function pathsOf(readOnly: boolean, more: object = {}): Promise<Record<string, any>> {
  const { app } = await dashboardApp({ Adapter: platforms[0]![1], dashboard: { readOnly, ...more } });
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

  it('tells who may be refused: by guards on each route, of changes without guards, too', async () => {
    const guarded = await pathsOf(false);
    for (const path of ['breakers', 'policies', 'events'])
      expect(guarded[`/resilience/${path}`].get.responses).toMatchObject({ 401: {}, 403: {} });
    const open = await pathsOf(false, { guards: undefined, allowUnauthenticated: true });
    expect(open['/resilience/breakers'].get.responses).not.toHaveProperty('403');
    expect(open['/resilience/breakers/actions'].post.responses).toHaveProperty('403');
  });

  it('says what a circuit and a policy hold, as they are answered', async () => {
    const { app, get } = await dashboardApp({ Adapter: platforms[0]![1] });
    const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build()) as any;
    for (const path of ['breakers', 'policies']) {
      const [first] = (await get(`resilience/${path}`)).json();
      const { content } = paths[`/resilience/${path}`].get.responses['200'];
      const { properties } = content['application/json'].schema.items;
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(first)));
    }
  });

  it('says nothing of changes where the page is read only', async () => {
    expect(await pathsOf(true)).not.toHaveProperty('/resilience/breakers/actions');
  });
});
