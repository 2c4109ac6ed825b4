import { createRequire } from 'node:module';
import fc from 'fast-check';
import { withArrayTexts } from './array-text.js';

const require = createRequire(import.meta.url);
const { prepareValue } = require('pg/lib/utils') as { prepareValue(value: unknown): unknown };

describe('withArrayTexts', () => {
  it('writes lists as pg does, but for quotes around numbers', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', 'NULL', '', ',', '{}'));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.constant(null))), fc.array(fc.integer()), (texts, numbers) => {
        const { values } = withArrayTexts({ text: '', values: [texts, numbers] });
        expect(values).toEqual([prepareValue(texts), `{${numbers.join(',')}}`]);
      }),
    );
  });

  it('leaves everything else as it is', () => {
    const values = ['{a}', 7, null, undefined, [new Date(0)], [['nested']], Buffer.from('bytes')];
    expect(withArrayTexts({ name: 'n', text: 't', values })).toEqual({ name: 'n', text: 't', values });
  });
});
