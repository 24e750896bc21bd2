import { printable } from '../../../lib/core/printable.js';

describe('printable', () => {
  it.each([
    ['a plain name', 'PaymentsService.charge', 'PaymentsService.charge'],
    ['other scripts and emoji', 'Zahlung.größe 支付 👩‍💻', 'Zahlung.größe 支付 👩‍💻'],
    ['a line break', 'a\nb\r\nc', 'a\\nb\\r\\nc'],
    ['a line and a paragraph separator', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['a terminal escape', '\u001b[31mred', '\\u001b[31mred'],
    ['a C1 control and NUL', '\u0085\u0000', '\\u0085\\u0000'],
    ['a mark that turns the direction', 'a\u202eb', 'a\\u202eb'],
    ['a lone surrogate', 'a\ud83db', 'a\\ud83db'],
  ])('writes %s in one line', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('cuts a name of a megabyte to 128 characters', () => {
    expect(printable('x'.repeat(1_000_000))).toBe(`${'x'.repeat(127)}…`);
  });

  it('keeps a text of exactly the longest length', () => {
    expect(printable('x'.repeat(8), 8)).toBe('xxxxxxxx');
  });

  it('never cuts a character in two', () => {
    expect(printable('abc👍👍', 5)).toBe('abc…');
    expect(printable('abcd👍👍', 5)).toBe('abcd…');
  });
});
