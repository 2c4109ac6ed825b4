import { renderPage } from './openapi-page.js';
import type { OpenApiDocument } from './openapi.types.js';

/** The document as it is served. It is made when the first client asks: most processes are never asked. */
export class ApiDocument {
  private madeJson: string | undefined;
  private madePage: string | undefined;

  constructor(private readonly make: () => OpenApiDocument) {}

  get json(): string {
    return (this.madeJson ??= JSON.stringify(this.make()));
  }

  get page(): string {
    return (this.madePage ??= renderPage(this.make()));
  }
}
