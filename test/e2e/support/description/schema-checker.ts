import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { closed } from './closed-schema.js';

const OPTIONS: Options = { strict: false, allErrors: true };

/** Checks values against the parts of one document. Each part is compiled once. */
export class SchemaChecker {
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();

  /** @param more `coerceTypes` for texts that stand for numbers, as in an address */
  constructor(document: object, more: Options = {}) {
    this.ajv = new Ajv2020({ ...OPTIONS, ...more });
    formats.default(this.ajv);
    this.ajv.addSchema(closed(document) as object, 'document');
  }

  /** What is wrong with the value; undefined if nothing is. @param path of the schema in the document, by its keys */
  check(value: unknown, path: readonly (string | number)[]): string | undefined {
    const pointer = path.map((key) => encodeURIComponent(escape(String(key)))).join('/');
    const validate = this.compiled.get(pointer) ?? this.compile(pointer);
    // A text alone cannot be coerced in place.
    return validate({ value }) ? undefined : this.ajv.errorsText(validate.errors, { dataVar: '' });
  }

  private compile(pointer: string): ValidateFunction {
    const validate = this.ajv.compile({ properties: { value: { $ref: `document#/${pointer}` } } });
    this.compiled.set(pointer, validate);
    return validate;
  }
}

/** A key as a part of a JSON Pointer (RFC 6901). */
function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
