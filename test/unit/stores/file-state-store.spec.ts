import fs from 'node:fs';
import { createPolicy } from '../../../lib/core/create-policy.js';
import type { CircuitRecord } from '../../../lib/core/ports/circuit-record.js';
import { FileStateStore } from '../../../lib/stores/file/file-state-store.js';
import { issuesOf } from '../../support/issues-of.js';
import { storeHost } from '../../support/store-host.js';
import { circuitRecord } from '../../support/stores.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { EPOCH, eventsOf, virtualClock, watched } from '../../support/virtual-policy.js';

const folder = temporaryFolder();
const open = circuitRecord({ state: 'open', until: EPOCH + 60_000, consecutiveFailures: 5 });
const opened: (FileStateStore | undefined)[] = [];

/** A store on the file of the test, attached. */
function storeOn(file = folder.path('circuits.json')) {
  const store = new FileStateStore({ path: file });
  const { host, clock, said } = storeHost();
  store.attach(host);
  opened.push(store);
  return { store, clock, said, file };
}

afterEach(async () => {
  jest.restoreAllMocks();
  for (const store of opened.splice(0)) await store?.close();
});

const saved = (record: CircuitRecord) => [{ breaker: record.breaker, record }];

/** What the file system says to a call that it cannot do. */
const failure = (code: string): Error => Object.assign(new Error(`${code}: of the file system`), { code });
const failing = (code: string) => (): never => {
  throw failure(code);
};

/** A document with these circuits. */
const documentOf = (...circuits: unknown[]): string =>
  JSON.stringify({ format: 'nestjs-holdfast.circuits', version: 1, circuits });

describe('FileStateStore', () => {
  it('makes file and folder when there is something to write, for its owner alone', async () => {
    const { store, file } = storeOn(folder.path('a', 'b', 'circuits.json'));
    expect(store.load()).toEqual([]);
    expect(fs.existsSync(file)).toBe(false);
    await store.save(saved(open));

    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(folder.path('a')).mode & 0o777).toBe(0o700);
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({
      format: 'nestjs-holdfast.circuits',
      version: 1,
      circuits: [open],
    });
  });

  it('gives a file that others can read back to its owner alone with the next write', async () => {
    const { store, file } = storeOn();
    fs.writeFileSync(file, documentOf(), { mode: 0o644 });
    store.load();
    await store.save(saved(open));
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes nothing where nothing changes', async () => {
    const { store, file } = storeOn();
    store.load();
    await store.save([{ breaker: 'unknown', record: null }]);
    expect(fs.existsSync(file)).toBe(false);
  });

  it('leaves nothing beside the file, also what was left behind by processes that were killed', async () => {
    const old = new Date(0);
    const leftBehind = [
      'circuits.json.0f1e2d3c-1111-4222-8333-444455556666.tmp',
      'circuits.json.lock.0f1e2d3c-1111-4222-8333-444455556666',
    ];
    for (const name of [...leftBehind, 'circuits.json.notes.tmp', 'other.tmp']) {
      fs.writeFileSync(folder.path(name), 'x');
      fs.utimesSync(folder.path(name), old, old);
    }
    const { store } = storeOn();
    store.load();
    await store.save(saved(open));
    await store.close();
    expect(folder.files()).toEqual(['circuits.json', 'circuits.json.notes.tmp', 'other.tmp']);
  });

  it('replaces the file behind a link, not the link', async () => {
    fs.writeFileSync(folder.path('real.json'), documentOf());
    fs.symlinkSync(folder.path('real.json'), folder.path('link.json'));
    const { store } = storeOn(folder.path('link.json'));
    store.load();
    await store.save(saved(open));
    expect(fs.lstatSync(folder.path('link.json')).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(folder.path('real.json'), 'utf8')).toContain('"open"');
  });

  it('loads and saves only between attach and close', async () => {
    const store = new FileStateStore({ path: folder.path('x') });
    expect(() => store.load()).toThrow('before attach');
    await expect(store.save([])).rejects.toThrow('before attach');
  });

  it('loads by itself where the first thing is a save', async () => {
    const { store, file } = storeOn();
    fs.writeFileSync(file, documentOf({ ...open, breaker: 'before' }));
    await store.save(saved(open));
    expect(store.load()).toEqual([{ ...open, breaker: 'before' }, open]);
  });

  it('stays open until the last of several engines has closed it', async () => {
    const { store } = storeOn();
    store.attach(storeHost().host);
    store.load();
    await store.close();
    await store.save(saved(open));
    await store.close();
    opened.pop();
    expect(folder.files()).toEqual(['circuits.json']);
    await expect(store.save([])).rejects.toThrow('after close()');
  });

  it('leaves the old document and nothing beside it where the new one cannot take its place', async () => {
    const { store, file } = storeOn();
    fs.writeFileSync(file, documentOf());
    store.load();
    jest.spyOn(fs.promises, 'rename').mockRejectedValueOnce(failure('ENOSPC'));
    await expect(store.save(saved(open))).rejects.toThrow('ENOSPC');
    expect(folder.files()).toEqual(['circuits.json', 'circuits.json.lock']);
    expect(fs.readFileSync(file, 'utf8')).toBe(documentOf());
  });

  it('opens no folder on Windows, which refuses that', async () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    const opens = jest.spyOn(fs.promises, 'open');
    try {
      const { store, file } = storeOn();
      store.load();
      await store.save(saved(open));
      expect(opens.mock.calls.map(([path]) => path)).toEqual([expect.stringContaining(`${file}.`)]);
      expect(fs.readFileSync(file, 'utf8')).toContain('"open"');
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
  });

  it('takes the path as it is where no folder on the way can be looked up', async () => {
    const { store, file } = storeOn();
    const lookups = jest.spyOn(fs, 'realpathSync').mockImplementation(failing('ENOENT'));
    store.load();
    lookups.mockRestore();
    await store.save(saved(open));
    expect(fs.readFileSync(file, 'utf8')).toContain('"open"');
  });

  it.each([undefined, {}, { path: '' }, { path: 7 }, { path: 'a\0b' }])(
    'refuses %j as options',
    (options) => {
      expect(issuesOf(() => new FileStateStore(options as never))).toEqual([
        "FileStateStore: path: expected the path of a file, such as '/var/lib/shop/circuits.json'",
      ]);
    },
  );

  describe('a file that is no state', () => {
    const good = documentOf(open);
    it.each([
      ['empty', '', 'empty'],
      ['all NUL', '\0'.repeat(4096), 'zeros'],
      ['partial', good.slice(0, -10), 'no JSON'],
      ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not valid'],
      ['foreign', '{"name":"package","version":1}', 'no document of circuits'],
      ['a list', '[]', 'no document of circuits'],
      ['null', 'null', 'no document of circuits'],
      ['newer', good.replace('"version":1', '"version":2'), 'version 2'],
      ['without a version', good.replace('"version":1', '"version":"1"'), 'version none'],
      ['wrong-typed', '{"format":"nestjs-holdfast.circuits","version":1,"circuits":{}}', 'no list'],
      ['with a wrong record', documentOf(open, { ...open, savedAt: 'now' }), 'entry 1'],
      ['deep', '['.repeat(1_000_000), 'no'],
    ])('%s: is kept aside, told once, and a new one is written', async (_, content, reason) => {
      const { store, said, file } = storeOn();
      fs.writeFileSync(file, content);
      expect(store.load()).toEqual([]);
      await store.save(saved(open));

      const aside = `${file}.corrupt-2026-01-01T00-00-00.000Z`;
      expect(said).toEqual([expect.stringContaining(`is kept as ${aside}; circuits start closed`)]);
      expect(said[0]).toContain(reason);
      expect(fs.readFileSync(aside).equals(Buffer.from(content))).toBe(true);
      expect(fs.readFileSync(file, 'utf8')).toContain('"open"');
    });

    it('huge: is kept aside unread', () => {
      const { store, said, file } = storeOn();
      fs.closeSync(fs.openSync(file, 'w'));
      fs.truncateSync(file, 10 * 1024 ** 3);
      expect(store.load()).toEqual([]);
      expect(said[0]).toContain('10737418240 bytes, more than 67108864');
    });

    it('twice in one millisecond: both are kept', async () => {
      for (const content of ['first', 'second']) {
        const { store, file } = storeOn();
        fs.writeFileSync(file, content);
        store.load();
      }
      const kept = folder.files().filter((name) => name.includes('corrupt'));
      expect(kept.map((name) => fs.readFileSync(folder.path(name), 'utf8'))).toEqual(['first', 'second']);
    });
  });

  it('cannot use a folder, and says so', () => {
    fs.mkdirSync(folder.path('circuits.json'));
    expect(() => storeOn().store.load()).toThrow('is no file; give FileStateStore the path of one');
  });

  it('never writes more than it would read again', async () => {
    const { store, file } = storeOn();
    store.load();
    const samples = '.'.repeat(35_000_000);
    const big = ['a', 'b'].map((breaker) => ({
      breaker,
      record: circuitRecord({ breaker, window: { type: 'count', samples } }),
    }));
    await expect(store.save(big)).rejects.toThrow('lower maxKeys');
    expect(fs.existsSync(file)).toBe(false);
    await store.save([{ breaker: 'b', record: null }]);
    expect(fs.existsSync(file)).toBe(true);
  });

  it('shares the file among the stores of one process', async () => {
    const [first, second] = [storeOn(), storeOn()];
    first.store.load();
    expect(second.store.load()).toEqual([]);
    const other = { ...open, breaker: 'other' };
    await Promise.all([first.store.save(saved(open)), second.store.save(saved(other))]);
    await first.store.close();
    opened.splice(0, 1);
    const third = storeOn();

    expect(third.store.load()).toEqual([open, other]);
    expect([first.said, second.said, third.said]).toEqual([[], [], []]);
  });

  it('goes on with a file that is used anew while it is being closed', async () => {
    const first = storeOn();
    first.store.load();
    const written = first.store.save(saved(open));
    const closed = first.store.close();
    opened.pop();
    const second = storeOn();
    expect(second.store.load()).toEqual([]);
    await Promise.all([written, closed]);
    await second.store.save(saved({ ...open, breaker: 'other' }));
    expect(second.said).toEqual([]);
    expect(second.store.load()).toHaveLength(2);
  });

  it('gives a disk that is full as an event, and calls go on', async () => {
    const clock = virtualClock();
    const file = folder.path('sub', 'circuits.json');
    fs.writeFileSync(folder.path('sub'), 'not a folder');
    const store = new FileStateStore({ path: file });
    const policy = createPolicy({ circuitBreaker: {}, on: {} }, { clock, store });
    const events = eventsOf(policy);
    policy.breaker()?.open();
    await clock.advance('1m');
    expect(events.map(({ type }) => type)).toEqual(['circuitOpened']);
    fs.rmSync(folder.path('sub'));
    await clock.advance('1m');
    expect(events.at(-1)).toMatchObject({ type: 'storeRecovered', store: `file ${file}` });
    await policy.dispose();
    expect(fs.readFileSync(file, 'utf8')).toContain('"halfOpen"');
  });

  it('leaves nothing after an application that never wrote', async () => {
    const clock = virtualClock();
    const policy = createPolicy(
      { circuitBreaker: {} },
      { clock, store: new FileStateStore({ path: folder.path('f') }) },
    );
    await policy.execute(() => 1);
    await policy.dispose();
    expect(folder.files()).toEqual([]);
    expect(watched(policy.dispose()).error).toBeUndefined();
  });
});

describe('a second process on the file', () => {
  /** As the lock of another process stands there. */
  const lockOf = (more: object): string =>
    JSON.stringify({ pid: process.ppid, host: thisHost(), began: '', token: 't', ...more });
  const thisHost = (): string => require('node:os').hostname();
  const lockFile = (): string => folder.path('circuits.json.lock');

  it('is warned, starts with what is there, writes nothing, and takes over once the first has ended', async () => {
    const { store, said, file } = storeOn();
    fs.writeFileSync(file, documentOf(open));
    fs.writeFileSync(lockFile(), lockOf({}));
    expect(store.load()).toEqual([open]);
    expect(said).toEqual([expect.stringContaining(`in use by process ${process.ppid} on ${thisHost()}`)]);
    const mine = { ...open, breaker: 'mine' };
    await expect(store.save(saved(mine))).rejects.toThrow('keeps its circuits in memory');
    expect(fs.readFileSync(file, 'utf8')).toBe(documentOf(open));

    const theirs = { ...open, breaker: 'theirs' };
    fs.writeFileSync(file, documentOf(theirs));
    fs.rmSync(lockFile());
    await store.save(saved(mine));
    expect(store.load()).toEqual([theirs, mine]);
  });

  it('keeps no file aside that belongs to the first', () => {
    const { store, file } = storeOn();
    fs.writeFileSync(file, 'half a docum');
    fs.writeFileSync(lockFile(), lockOf({}));
    expect(store.load()).toEqual([]);
    expect(folder.files()).toEqual(['circuits.json', 'circuits.json.lock']);
  });

  it.each([
    ['is dead', { pid: 2 ** 22 + 1 }],
    ['has lent its number to a later process', { began: 'another boot 1' }],
    [
      'had the number of this process, as in a container that was started again',
      { pid: process.pid, began: 'earlier' },
    ],
  ])('takes the lock of one that %s', (_, holder) => {
    const { store, said } = storeOn();
    fs.writeFileSync(lockFile(), lockOf(holder));
    store.load();
    expect(said).toEqual([]);
    expect(JSON.parse(fs.readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(folder.files()).toEqual(['circuits.json.lock']);
  });

  it('takes the lock of another machine only after a minute without a sign of life', () => {
    const lock = lockOf({ host: 'elsewhere', pid: 1 });
    fs.writeFileSync(lockFile(), lock);
    const first = storeOn();
    first.store.load();
    expect(first.said).toEqual([expect.stringContaining('process 1 on elsewhere')]);

    const old = new Date(fs.statSync(lockFile()).mtimeMs - 60_001);
    fs.utimesSync(lockFile(), old, old);
    const second = storeOn();
    second.store.load();
    expect(second.said).toEqual([]);
  });

  it('gives signs of life', async () => {
    const { store, clock } = storeOn();
    store.load();
    fs.utimesSync(lockFile(), new Date(0), new Date(0));
    const before = fs.readFileSync(lockFile(), 'utf8');
    await clock.advance('15s');
    for (let i = 0; i < 100 && fs.statSync(lockFile()).mtimeMs === 0; i++) await clock.advance(1);
    expect(fs.statSync(lockFile()).mtimeMs).toBeGreaterThan(0);
    expect(fs.readFileSync(lockFile(), 'utf8')).toBe(before);
  });

  it('that was taken for dead stops writing, and leaves the lock of the other alone', async () => {
    const { store, file } = storeOn();
    store.load();
    await store.save(saved(open));
    fs.writeFileSync(lockFile(), lockOf({}));
    await expect(store.save(saved({ ...open, breaker: 'late' }))).rejects.toThrow('in use by process');
    await store.close();
    opened.pop();
    expect(fs.readFileSync(lockFile(), 'utf8')).toBe(lockOf({}));
    expect(fs.readFileSync(file, 'utf8')).not.toContain('late');
  });

  it('gives signs of life by a clock without background timers, too', async () => {
    const { host, clock } = storeHost();
    const { setTimer, clearTimer, now, epoch } = clock;
    const plain = Object.fromEntries(
      Object.entries({ setTimer, clearTimer, now, epoch }).map(([name, run]) => [
        name,
        (run as () => unknown).bind(clock),
      ]),
    );
    const store = new FileStateStore({ path: folder.path('circuits.json') });
    opened.push(store);
    store.attach({ ...host, clock: plain as never });
    store.load();
    fs.utimesSync(lockFile(), new Date(0), new Date(0));
    await clock.advance('15s');
    for (let i = 0; i < 100 && fs.statSync(lockFile()).mtimeMs === 0; i++) await clock.advance(1);
    expect(fs.statSync(lockFile()).mtimeMs).toBeGreaterThan(0);
  });

  it.each(['before it loads', 'after it has loaded'])(
    'gives no sign of life for the lock that another one has taken %s',
    async (when) => {
      const { store, clock } = storeOn();
      if (when === 'after it has loaded') store.load();
      fs.writeFileSync(lockFile(), lockOf({}));
      store.load();
      fs.utimesSync(lockFile(), new Date(0), new Date(0));
      const reads = jest.spyOn(fs.promises, 'readFile');
      await clock.advance('15s');
      await Promise.all(reads.mock.results.map(({ value }) => value as Promise<unknown>));
      await clock.advance('15s');
      expect(fs.statSync(lockFile()).mtimeMs).toBe(0);
    },
  );

  it.each([
    '',
    'x',
    'null',
    '{}',
    '{"pid":1.5,"host":"a","token":"b"}',
    '{"pid":1,"host":7,"token":"b"}',
    '{"pid":1,"host":"a","token":7}',
  ])('takes a lock file that holds nothing sensible: %j', (content) => {
    fs.writeFileSync(lockFile(), content);
    const { store, said } = storeOn();
    store.load();
    expect(said).toEqual([]);
    expect(JSON.parse(fs.readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('takes a lock on a file system without hard links, too, and is kept out by one', () => {
    const links = jest.spyOn(fs, 'linkSync').mockImplementation(failing('EPERM'));
    const first = storeOn();
    first.store.load();
    expect(links).toHaveBeenCalled();
    expect(first.said).toEqual([]);
    expect(JSON.parse(fs.readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });

    fs.writeFileSync(folder.path('other.json.lock'), lockOf({}));
    const second = storeOn(folder.path('other.json'));
    second.store.load();
    expect(second.said).toEqual([expect.stringContaining(`in use by process ${process.ppid}`)]);
    expect(folder.files()).toEqual(['circuits.json.lock', 'other.json.lock']);
  });

  it.each(['EIO', 'EROFS'])('says why no lock can be had: %s', (code) => {
    jest.spyOn(fs, 'linkSync').mockImplementation(failing(code));
    expect(() => storeOn().store.load()).toThrow(code);
    expect(folder.files()).toEqual([]);
  });

  it('says that something else stands where the lock has its place', () => {
    fs.mkdirSync(lockFile());
    expect(() => storeOn().store.load()).toThrow('EISDIR');
    expect(folder.files()).toEqual(['circuits.json.lock']);
  });

  it('says that a dead lock cannot be removed', () => {
    fs.writeFileSync(lockFile(), '');
    jest.spyOn(fs, 'renameSync').mockImplementation(failing('EACCES'));
    expect(() => storeOn().store.load()).toThrow('EACCES');
    expect(folder.files()).toEqual(['circuits.json.lock']);
  });

  it('gives up on a lock that changes hands each time it seems free', () => {
    const links = jest.spyOn(fs, 'linkSync').mockImplementation(failing('EEXIST'));
    expect(() => storeOn().store.load()).toThrow('changes hands too often to be had');
    expect(links).toHaveBeenCalledTimes(5);
    expect(folder.files()).toEqual([]);
  });

  it('takes a lock whose holder ends while it is being looked at', () => {
    fs.writeFileSync(lockFile(), lockOf({ host: 'elsewhere' }));
    const read = fs.readFileSync;
    jest.spyOn(fs, 'readFileSync').mockImplementation(((file: string, encoding: 'utf8') => {
      const text = read(file, encoding);
      if (file === lockFile() && text.includes('elsewhere')) fs.rmSync(file);
      return text;
    }) as never);
    const { store, said } = storeOn();
    store.load();
    expect(said).toEqual([]);
    expect(JSON.parse(read(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('gives a dead lock back to the process that takes it over in the same moment', () => {
    fs.writeFileSync(lockFile(), lockOf({ pid: 2 ** 22 + 1 }));
    const rename = fs.renameSync;
    jest.spyOn(fs, 'renameSync').mockImplementationOnce((from, to) => {
      fs.writeFileSync(lockFile(), lockOf({ token: 'quicker' }));
      rename(from, to);
    });
    const { store, said } = storeOn();
    store.load();
    expect(said).toEqual([expect.stringContaining(`in use by process ${process.ppid}`)]);
    expect(fs.readFileSync(lockFile(), 'utf8')).toBe(lockOf({ token: 'quicker' }));
    expect(folder.files()).toEqual(['circuits.json.lock']);
  });
});
