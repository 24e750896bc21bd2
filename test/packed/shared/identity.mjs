// One process that both imports and requires the package gets the same classes, by their own names, from every entry point.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const names = Object.keys(require('nestjs-holdfast/package.json').exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.replace('.', 'nestjs-holdfast'));

const isClass = (value) => /^class\b/.test(String(value));

for (const name of names) {
  const [required, imported] = [require(name), await import(name)];
  const exported = Object.keys(imported).filter((key) => key !== 'default' && key !== 'module.exports');
  assert.ok(exported.length > 0, `${name} exports something`);
  for (const key of exported) {
    assert.equal(required[key], imported[key], `${name}: ${key}`);
    if (isClass(imported[key])) assert.equal(imported[key].name, key);
  }
}
console.log(`identity: passed for ${names.join(', ')}`);
