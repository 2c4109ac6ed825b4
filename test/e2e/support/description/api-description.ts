import { SchemaChecker } from './schema-checker.js';

interface Reference {
  readonly $ref: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
}

interface DescribedResponse {
  readonly headers: Readonly<Record<string, Reference | { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, object>>;
}

interface DescribedOperation {
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, object>>;
  };
  readonly responses: Readonly<Record<string, DescribedResponse | Reference>>;
}

/** As much of an OpenAPI document as a check needs. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

/** A request with its response. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly requestHeaders: Headers;
  /** Undefined: none. */
  readonly requestBody: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  /** Undefined: it was not read, as that of a stream. */
  readonly body: string | undefined;
}

const JSON_TYPE = 'application/json';

type Path = readonly (string | number)[];

/** Of the connection, not of the API. */
const TRANSPORT = ['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding', 'content-type'];

/** What the edge may answer before it looks for a route, by status. */
const UNROUTED: Readonly<Record<number, string>> = {
  400: 'validation-failed',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  414: 'uri-too-long',
  429: 'rate-limited',
  431: 'header-fields-too-large',
  503: 'overloaded',
};

/** Compares what an API does with its OpenAPI document. */
export class ApiDescription {
  private readonly schemas: SchemaChecker;
  private readonly texts: SchemaChecker;
  private readonly routes: readonly { readonly template: string; readonly pattern: RegExp }[];

  constructor(private readonly document: ApiDocument) {
    this.schemas = new SchemaChecker(document);
    this.texts = new SchemaChecker(document, { coerceTypes: true });
    this.routes = Object.keys(document.paths)
      .map((template) => ({ template, pattern: toPattern(template) }))
      .toSorted((a, b) => variables(a.template) - variables(b.template));
  }

  /** Everything in which the exchange differs from the description. */
  check(exchange: Exchange): string[] {
    const { method, url, status } = exchange;
    const template = this.routes.find(({ pattern }) => pattern.test(url.pathname))?.template;
    // HEAD is described by GET.
    const key = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = template === undefined ? undefined : this.document.paths[template]?.[key];
    if (template === undefined || !operation) return this.checkUnrouted(exchange, template !== undefined);
    const path = ['paths', template, key];
    const response = operation.responses[status];
    if (!response) return [`the status ${status} is not described`];
    return [
      ...(status < 400 ? this.checkRequest(exchange, operation, path, toPattern(template)) : []),
      ...this.checkResponse(exchange, this.pathOf(response, [...path, 'responses', status])),
    ];
  }

  /** What is wrong with an item of a stream. */
  checkItem(template: string, item: unknown): string | undefined {
    const media = ['responses', 200, 'content', 'text/event-stream', 'x-item-schema'];
    return this.schemas.check(item, ['paths', template, 'get', ...media]);
  }

  private checkUnrouted(exchange: Exchange, isKnown: boolean): string[] {
    const name = UNROUTED[exchange.status];
    const isRight = name !== undefined && exchange.status !== (isKnown ? 404 : 405);
    if (!isRight) return ['the route is not described'];
    return this.checkResponse(exchange, ['components', 'responses', name]);
  }

  private checkRequest(
    { url, requestHeaders, requestBody }: Exchange,
    { parameters, requestBody: body }: DescribedOperation,
    path: Path,
    pattern: RegExp,
  ): string[] {
    const inPath = pattern.exec(url.pathname)?.groups ?? {};
    const valueOf = ({ in: place, name }: Parameter): unknown => {
      if (place === 'path') return decodeURIComponent(inPath[name] ?? '');
      if (place === 'header') return requestHeaders.get(name) ?? undefined;
      const values = url.searchParams.getAll(name);
      return values.length > 1 ? values : values[0];
    };
    const wrong = parameters.flatMap((parameter, index) => {
      const at = this.pathOf(parameter, [...path, 'parameters', index]);
      const described = this.at(at) as Parameter;
      const value = valueOf(described);
      if (value === undefined) return described.required ? [`${described.name} is missing`] : [];
      return prefixed(described.name, this.texts.check(value, [...at, 'schema']));
    });
    if (!requestBody) return body?.required ? [...wrong, 'the request has no body'] : wrong;
    const mediaType = requestHeaders.get('content-type')?.split(';')[0] ?? JSON_TYPE;
    if (!body?.content[mediaType]) return [...wrong, 'a body of the request is not described'];
    const schema = [...path, 'requestBody', 'content', mediaType, 'schema'];
    const value: unknown =
      mediaType === JSON_TYPE
        ? JSON.parse(requestBody)
        : Object.fromEntries(new URLSearchParams(requestBody));
    return [...wrong, ...prefixed('the request', this.schemas.check(value, schema))];
  }

  private checkResponse(exchange: Exchange, at: Path): string[] {
    const { headers, content } = this.at(at) as DescribedResponse;
    return [...this.checkHeaders(exchange.headers, headers, at), ...this.checkBody(exchange, content, at)];
  }

  private checkHeaders(sent: Headers, described: DescribedResponse['headers'], at: Path): string[] {
    const names = new Set(Object.keys(described).map((name) => name.toLowerCase()));
    const unknown = [...sent.keys()].filter((name) => !names.has(name) && !TRANSPORT.includes(name));
    const wrong = Object.entries(described).flatMap(([name, header]) => {
      const value = sent.get(name);
      const path = this.pathOf(header, [...at, 'headers', name]);
      if (value !== null) return prefixed(name, this.schemas.check(value, [...path, 'schema']));
      return (this.at(path) as { required?: boolean }).required ? [`the header ${name} is missing`] : [];
    });
    return [...unknown.map((name) => `the header ${name} is not described`), ...wrong];
  }

  private checkBody({ method, headers, body }: Exchange, content: DescribedResponse['content'], at: Path) {
    const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
    if (!content) return body ? ['a body is not described'] : [];
    if (!content[mediaType]) return [`the media type ${mediaType || '(none)'} is not described`];
    if (method === 'HEAD' || body === undefined) return [];
    const value: unknown = mediaType.endsWith('json') ? JSON.parse(body) : body;
    return prefixed('the body', this.schemas.check(value, [...at, 'content', mediaType, 'schema']));
  }

  /** Where a part is: at its path, or where it refers to. */
  private pathOf(part: object, path: Path): Path {
    return '$ref' in part ? String(part.$ref).split('/').slice(1) : path;
  }

  private at(path: Path): unknown {
    return path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], this.document);
  }
}

function prefixed(what: string, problem: string | undefined): string[] {
  return problem === undefined ? [] : [`${what}: ${problem}`];
}

function toPattern(template: string): RegExp {
  const source = template
    .split('/')
    .map((segment) => segment.replace(/^\{(\w+)\}$/, '(?<$1>[^/]+)').replaceAll('.', '[.]'))
    .join('/');
  return new RegExp(`^${source}$`, 'i');
}

function variables(template: string): number {
  return template.split('{').length;
}
