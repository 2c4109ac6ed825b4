import { Controller, Get, Inject } from '@nestjs/common';
import { z } from 'zod';
import { HttpResponse } from '../http-response.js';
import { ApiDocument } from './api-document.js';
import { PAGE_HEADERS } from './openapi-page.js';
import { Operation } from './operation.js';
import { PublicRoute } from '../route-access.js';

const REASON = 'it says how to ask, and nothing of what is stored';

/** The API's description, for programs and for people. */
@Controller()
export class OpenApiController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @Get('openapi.json')
  @PublicRoute(REASON)
  @Operation({
    id: 'getDescription',
    tag: 'operations',
    summary: 'This description',
    responses: {
      200: {
        description: 'An OpenAPI 3.1 document.',
        content: { 'application/json': z.looseObject({ openapi: z.string() }) },
      },
    },
  })
  json(): HttpResponse {
    return new HttpResponse(200, { 'content-type': 'application/json; charset=utf-8' }, this.document.json);
  }

  @Get('docs')
  @PublicRoute(REASON)
  @Operation({
    id: 'getDescriptionPage',
    tag: 'operations',
    summary: 'This description as a page',
    responses: {
      200: {
        description: 'A page that loads nothing else.',
        headers: {
          'Content-Security-Policy': {
            schema: z.string(),
            description: 'Allows only the style of the page.',
          },
          'X-Content-Type-Options': { schema: z.literal('nosniff'), description: 'The media type is true.' },
        },
        content: { 'text/html': z.string() },
      },
    },
  })
  page(): HttpResponse {
    return new HttpResponse(200, PAGE_HEADERS, this.document.page);
  }
}
