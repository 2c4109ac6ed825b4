import { fileURLToPath } from 'node:url';
import { HttpResponse, PublicRoute } from '@eventfleet/http';
import { Controller, Get, HttpStatus, Param } from '@nestjs/common';
import { consoleError } from '../console.problems.js';
import { readPageFiles, type PageFile, type PageFiles } from './page-files.js';

const FOLDER = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** Every address of the page: one document, which shows what its address says. */
const PAGES = [
  '/',
  'users',
  'users/:id',
  'why',
  'parked',
  'dead-letters',
  'projections',
  'history',
  'actions',
] as const;

@Controller()
export class PageController {
  private files: PageFiles | undefined;

  @Get([...PAGES])
  @PublicRoute('it holds nothing of what is stored')
  page(): HttpResponse {
    return respond(this.read().index, 'no-cache');
  }

  /** @throws ProblemError `not-found` */
  @Get('assets/:name')
  @PublicRoute('it holds nothing of what is stored')
  asset(@Param('name') name: string): HttpResponse {
    const file = this.read().assets.get(name);
    if (!file) throw consoleError('not-found', 'There is no such file');
    return respond(file, 'public, max-age=31536000, immutable');
  }

  private read(): PageFiles {
    this.files ??= readPageFiles(FOLDER);
    return this.files;
  }
}

function respond({ type, bytes }: PageFile, cacheControl: string): HttpResponse {
  return new HttpResponse(HttpStatus.OK, { 'content-type': type, 'cache-control': cacheControl }, bytes);
}
