import { actorOf } from '../../../lib/dashboard/http/actor-of.js';
import type { DashboardSettings } from '../../../lib/dashboard/dashboard-options.js';

const named = (request: unknown, actor?: DashboardSettings['actor']) =>
  actorOf(request, { actor } as DashboardSettings);

describe('who is behind a request', () => {
  it.each([
    [{ user: 'alice' }, 'alice'],
    [{ user: { email: 'alice@example.org', name: 'Alice' } }, 'Alice'],
    [{ user: { username: '', sub: 'auth0|7' } }, 'auth0|7'],
    [{ user: { id: 7 } }, '7'],
    [{ user: { id: 7, name: 'Alice', username: 'al' } }, 'al'],
  ])('is what guards leave in %j: %s', (request, expected) => {
    expect(named(request)).toBe(expected);
  });

  it.each([[{}], [{ user: null }], [{ user: '' }], [{ user: {} }], [{ user: { name: true } }], [undefined]])(
    'is unknown where %j says nothing',
    (request) => {
      expect(named(request)).toBe('unknown');
    },
  );

  it('is what the option makes of the request', () => {
    expect(named({ headers: { 'x-user': 'bob' } }, (request: any) => request.headers['x-user'])).toBe('bob');
  });

  it.each<[string, NonNullable<DashboardSettings['actor']>]>([
    ['throws', () => (undefined as any).name],
    ['gives no text', () => 7 as never],
    ['gives an empty one', () => ''],
  ])('is unknown where the option %s', (_, actor) => {
    expect(named({ user: 'alice' }, actor)).toBe('unknown');
  });

  it('is one line, whatever is in the name', () => {
    expect(named({ user: 'alice\nroot' })).toBe('alice\\nroot');
  });
});
