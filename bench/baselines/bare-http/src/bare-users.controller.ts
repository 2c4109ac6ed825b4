import { Body, Controller, Get, type OnApplicationShutdown, Param, Post } from '@nestjs/common';
import pg from 'pg';

const COLUMNS = 'id, name, email, status, version, created_at as "createdAt", updated_at as "updatedAt"';
const ONE = { name: 'one', text: `select ${COLUMNS} from user_list where id = $1` };
const PAGE = {
  name: 'page',
  text: `select ${COLUMNS} from user_list order by created_at desc, id desc limit 50`,
};
/** As many as query-api has. */
const CONNECTIONS = 10;

/** What Nest, Fastify and one statement cost; no checks, no errors, no headers. */
@Controller('users')
export class BareUsersController implements OnApplicationShutdown {
  private readonly pool = new pg.Pool({
    connectionString: process.env['READ_STORE_URL'],
    max: CONNECTIONS,
  });

  @Post()
  create(@Body() { email }: { email: string }) {
    return { id: email, version: 1 };
  }

  @Get(':id')
  async one(@Param('id') id: string): Promise<unknown> {
    const { rows } = await this.pool.query<Record<string, unknown>>({ ...ONE, values: [id] });
    return rows[0];
  }

  @Get()
  async page(): Promise<unknown> {
    const { rows } = await this.pool.query<Record<string, unknown>>(PAGE);
    return { items: rows };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
