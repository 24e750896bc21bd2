import { formatDuration, parseDuration } from '../../../../lib/core/time/duration.js';

describe('parseDuration', () => {
  it.each([
    [0, 0],
    [250, 250],
    [0.5, 0.5],
    [Infinity, Infinity],
    ['250ms', 250],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['1m', 60_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0ms', 0],
    ['12.5 s', 12_500],
  ])('reads %p as %p ms', (value, ms) => {
    expect(parseDuration(value)).toBe(ms);
  });

  it.each([
    NaN,
    -1,
    -Infinity,
    '5',
    '',
    ' 5s',
    '5s\n',
    '5  s',
    '-5s',
    '5S',
    '5 sec',
    '1m30s',
    '1.s',
    '1e3ms',
    'Infinity',
    `${'9'.repeat(400)}d`,
    null,
    undefined,
    true,
    5n,
    Symbol('5s'),
    {},
    [5],
    new Date(5),
  ])('does not take %p for a duration', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.25, '0.25 ms'],
    [512.4, '512 ms'],
    [2_500, '2500 ms'],
    [9_999.6, '10000 ms'],
    [12_500, '12.5 s'],
    [59_999, '60 s'],
    [90_000, '1.5 m'],
    [7_200_000, '2 h'],
    [604_800_000, '7 d'],
    [Infinity, 'Infinity'],
  ])('writes %p ms as %p', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
