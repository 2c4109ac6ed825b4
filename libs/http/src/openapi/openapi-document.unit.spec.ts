import { Body, Controller, Get, Head, Param, Post, Query, type Type } from '@nestjs/common';
import { z } from 'zod';
import type { ApiDescription } from './api-description.js';
import { openApiDocument } from './openapi-document.js';
import { renderPage } from './openapi-page.js';
import { Operation } from './operation.js';

const thing = z.object({ id: z.uuid(), size: z.int() }).meta({ id: 'Thing' });
const id = z.uuid();
const createThing = z.strictObject({ size: z.number().min(1) });
const page = z.strictObject({
  limit: z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .default(50)
    .meta({ type: 'integer', description: 'Things on a page.' }),
});

@Controller('things')
class ThingsController {
  @Get()
  @Operation({
    id: 'listThings',
    tag: 'things',
    summary: 'Things',
    responses: { 200: { description: 'A page.', content: { 'application/json': z.array(thing) } } },
  })
  list(@Query({ schema: page }) _page: unknown) {}

  @Post()
  @Operation({
    id: 'createThing',
    tag: 'things',
    summary: 'Create a <thing>',
    requestHeaders: { 'If-Match': { schema: z.string(), description: 'A tag.' } },
    responses: {
      201: {
        description: 'It is there.',
        headers: { ETag: { schema: z.string(), description: 'Its tag.', isRequired: true } },
        content: { 'application/json': thing },
      },
      409: { description: 'A page.', content: { 'text/html': z.string() } },
    },
    problems: ['thing-taken', 'thing-broken'],
  })
  create(@Body({ schema: createThing }) _body: unknown) {}

  @Head(':id')
  look() {}
}

@Controller('things/:id')
class UndescribedController {
  @Get()
  get(@Param('id', { schema: id }) _id: string) {}
}

function describeThings(controllers: readonly Type[], problems: ApiDescription['problems']) {
  return openApiDocument({
    title: 'Things',
    version: '1.2.3',
    description: 'Of `things`.',
    controllers,
    problems,
  });
}

const document = () =>
  describeThings([ThingsController], {
    'thing-taken': { status: 409, title: 'Taken' },
    'thing-broken': { status: 409, title: 'Broken' },
  });

describe('the OpenAPI document', () => {
  it('has the routes of the controllers, and HEAD is described by GET', () => {
    const { paths } = document();
    expect(Object.entries(paths).map(([path, item]) => [path, Object.keys(item)])).toEqual([
      ['/things', ['get', 'post']],
    ]);
  });

  it('has a parameter for each field of the query, by the schema that validates it', () => {
    expect(document().paths['/things']!['get']!.parameters).toEqual([
      { name: 'limit', in: 'query', description: 'Things on a page.', schema: { type: 'integer' } },
      { $ref: '#/components/parameters/X-Correlation-Id' },
      { $ref: '#/components/parameters/traceparent' },
    ]);
  });

  it('closes a body that is validated strictly, and leaves open what clients get', () => {
    const { paths, components } = document();
    expect(paths['/things']!['post']!.requestBody).toEqual({
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { size: { type: 'number', minimum: 1 } },
            required: ['size'],
            additionalProperties: false,
          },
        },
      },
    });
    expect(components['schemas']!['Thing']).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        size: { type: 'integer' },
      },
      required: ['id', 'size'],
    });
  });

  it('has the problems of every route, and those of the route by their status', () => {
    const { responses } = document().paths['/things']!['post']!;
    expect(Object.keys(responses).map(Number)).toEqual([
      201, 400, 408, 409, 413, 414, 415, 429, 431, 500, 501, 503,
    ]);
    expect(responses[413]).toEqual({ $ref: '#/components/responses/payload-too-large' });
    expect(responses[409]).toMatchObject({
      description: 'A page. `thing-taken`: Taken. `thing-broken`: Broken.',
      content: {
        'text/html': {},
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/Problem' },
              { properties: { status: { const: 409 }, code: { enum: ['thing-taken', 'thing-broken'] } } },
            ],
          },
        },
      },
    });
  });

  it('is refused for a route that nobody described, and for a problem that nobody defined', () => {
    expect(() => describeThings([UndescribedController], {})).toThrow('UndescribedController.get');
    expect(() => describeThings([ThingsController], {})).toThrow('thing-taken');
  });

  it('is a page that loads nothing, with its texts escaped', () => {
    const html = renderPage(document());
    expect(html).toContain('Create a &lt;thing&gt;');
    expect(html).toContain('<code>POST</code>');
    expect(html).toContain('<a href="#schema-Thing">Thing</a>');
    expect(html).not.toMatch(/<script|\bsrc=|url\(|@import|https?:/);
  });
});
