import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SetEventsAside1764000000011 implements MigrationInterface {
  readonly name = 'SetEventsAside1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    // They run with the rights of the owner, so that nobody else needs the right to change or delete an event.
    await runner.query(`
      create function lock_events() returns void
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        lock table events in share row exclusive mode;
      end $$`);
    // Whatever is taken out is kept, and only after an operator has said so.
    await runner.query(`
      create function set_events_aside(its_type text, its_id uuid, first_version integer) returns void
      language plpgsql security definer set search_path = public, pg_temp as $$
      declare
        columns text;
      begin
        perform from history_conflicts
        where aggregate_type = its_type and aggregate_id = its_id and mark = 'adopt' and resolution is null
          and version <= first_version;
        if not found then
          raise insufficient_privilege using message = format('nobody has decided that events of %s are replaced', its_id);
        end if;
        -- Without the hash: it chains what is in the stream.
        select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
        where attrelid = 'events'::regclass and attnum > 0 and not attisdropped and attname <> 'hash';
        execute format('insert into history_replaced (%1$s) select %1$s from events
                        where aggregate_type = $1 and aggregate_id = $2 and version >= $3', columns)
        using its_type, its_id, first_version;
        delete from events where aggregate_type = its_type and aggregate_id = its_id and version >= first_version;
      end $$`);
    // Who sets events aside cannot mark them itself.
    await runner.query(`
      create function unmark_conflict(its_type text, its_id uuid, why text) returns void
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        update history_conflicts set mark = null, reason = why
        where aggregate_type = its_type and aggregate_id = its_id and resolution is null;
      end $$`);
    await runner.query(`
      revoke execute on function lock_events(), set_events_aside(text, uuid, integer), unmark_conflict(text, uuid, text)
      from public`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop function unmark_conflict(text, uuid, text), set_events_aside(text, uuid, integer), lock_events()`,
    );
  }
}
