import { ApiDescription, type ApiDocument, type Exchange } from './api-description.js';

const header = (pattern: string) => ({ required: true, schema: { type: 'string', pattern } });
const problem = (code: string) => ({
  headers: { traceparent: { $ref: '#/components/headers/traceparent' } },
  content: {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: [code] } } }],
      },
    },
  },
});

const document: object = {
  paths: {
    '/things/{id}': {
      put: {
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 10 } },
          { name: 'If-Match', in: 'header', schema: { type: 'string', pattern: '^"' } },
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { type: 'object', required: ['name'] } } },
        },
        responses: {
          200: {
            headers: { ETag: header('^"\\d+"$'), traceparent: { $ref: '#/components/headers/traceparent' } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          409: { $ref: '#/components/responses/taken' },
        },
      },
    },
    '/things/all': {
      get: { parameters: [], responses: { 200: { headers: {}, content: { 'text/event-stream': {} } } } },
    },
  },
  components: {
    headers: { traceparent: header('^00-') },
    responses: {
      taken: problem('taken'),
      'not-found': problem('not-found'),
      'method-not-allowed': problem('method-not-allowed'),
    },
    schemas: {
      Thing: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      Problem: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
    },
  },
};

const description = new ApiDescription(document as ApiDocument);

const ID = '0190b6e8-5c1a-7000-8000-000000000001';
const at = (path: string) => new URL(path, 'http://127.0.0.1');
const HEADERS = { traceparent: '00-1', 'content-type': 'application/json; charset=utf-8' };

/** What differs in an exchange that is right but for this. */
function differences(more: Partial<Exchange> = {}): string {
  const right: Exchange = {
    method: 'PUT',
    url: at(`/things/${ID}?limit=7`),
    requestHeaders: new Headers({ 'if-match': '"1"' }),
    requestBody: '{"name":"Ada"}',
    status: 200,
    headers: new Headers({ ...HEADERS, etag: '"2"' }),
    body: JSON.stringify({ id: ID }),
  };
  return description.check({ ...right, ...more }).join('\n');
}

const refusal = (status: number, code: string): Partial<Exchange> => ({
  status,
  headers: new Headers({ ...HEADERS, 'content-type': 'application/problem+json' }),
  body: JSON.stringify({ code }),
});

describe('the comparison of an exchange with its description', () => {
  it('finds nothing in one that is right', () => {
    expect(differences()).toBe('');
    expect(differences(refusal(409, 'taken'))).toBe('');
  });

  it.each<[string, Partial<Exchange>, RegExp]>([
    ['a status', { status: 202 }, /the status 202 is not described/],
    [
      'a media type',
      { headers: new Headers({ ...HEADERS, etag: '"2"', 'content-type': 'text/html' }) },
      /text\/html/,
    ],
    [
      'a header',
      { headers: new Headers({ ...HEADERS, etag: '"2"', age: '1' }) },
      /header age is not described/,
    ],
    ['the value of a header', { headers: new Headers({ ...HEADERS, etag: '2' }) }, /ETag: .*pattern/],
    ['a header that is missing', { headers: new Headers(HEADERS) }, /header ETag is missing/],
    ['a field', { body: JSON.stringify({ id: ID, secret: 1 }) }, /additional properties/],
    ['a field that is missing', { body: '{}' }, /required property 'id'/],
    ['the code of a problem', refusal(409, 'broken'), /allowed values/],
    ['a field of a problem', { ...refusal(409, 'taken'), body: '{"code":"taken","stack":""}' }, /additional/],
    ['a parameter of the path', { url: at('/things/1') }, /id: .*uuid/],
    ['a parameter of the query', { url: at(`/things/${ID}?limit=11`) }, /limit: .*<= 10/],
    ['a header of the request', { requestHeaders: new Headers({ 'if-match': '1' }) }, /If-Match: .*pattern/],
    ['the body of the request', { requestBody: '{}' }, /the request: .*'name'/],
    ['a request without its body', { requestBody: undefined }, /no body/],
  ])('finds %s', (_, more, message) => {
    expect(differences(more)).toMatch(message);
  });

  it('knows a route by its path before one by a variable', () => {
    const stream = { method: 'GET', url: at('/things/all'), requestBody: undefined, body: undefined };
    const headers = new Headers({ 'content-type': 'text/event-stream; charset=utf-8' });
    expect(differences({ ...stream, headers })).toBe('');
  });

  it('takes a route that is not described only if it is refused as such', () => {
    expect(differences({ url: at('/other') })).toBe('the route is not described');
    expect(differences({ url: at('/other'), ...refusal(404, 'not-found') })).toBe('');
    expect(differences({ url: at('/other'), ...refusal(404, 'taken') })).toMatch(/allowed values/);
    expect(differences({ method: 'DELETE' })).toBe('the route is not described');
    expect(differences({ method: 'DELETE', ...refusal(405, 'method-not-allowed') })).toBe('');
    expect(differences({ method: 'DELETE', ...refusal(404, 'not-found') })).toBe(
      'the route is not described',
    );
  });
});
