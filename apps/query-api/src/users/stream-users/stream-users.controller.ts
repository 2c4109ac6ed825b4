import type { TailMark } from '@eventfleet/event-store';
import {
  EVENT_STREAM_HEADERS,
  HttpResponse,
  limitExpensive,
  Operation,
  RequireScope,
  takeStreamSlot,
  validationError,
} from '@eventfleet/http';
import { BEHIND, STORED_USERS } from '@eventfleet/read-models/queries';
import { Controller, Get, Headers, HttpStatus, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type ConsistencyRequirement,
  RequiredConsistency,
} from '../../consistency/consistency-requirement.js';
import { EventStoreReader } from '../../consistency/event-store-reader.js';
import { decodeStreamId } from './stream-id.js';
import { STREAM_USERS } from './stream-users.operation.js';
import { type StreamUsersParameters, streamUsersParameters } from './stream-users.request.js';
import { UserStreams } from './user-streams.js';

/**
 * The events of users as they come, as server-sent events. Not by Nest's `@Sse`, which keeps the streams of clients whose
 * disconnect it misses: Fastify destroys the stream that it is given when its connection ends, however that happens.
 */
@Controller('users')
export class StreamUsersController {
  constructor(
    private readonly reader: EventStoreReader,
    private readonly streams: UserStreams,
  ) {}

  @Get('stream')
  @RequireScope('users:history')
  @Operation(STREAM_USERS)
  async stream(
    @Query({ schema: streamUsersParameters }) { type, userId, lastEventId }: StreamUsersParameters,
    @Headers('last-event-id') lastEventIdHeader: string | undefined,
    @RequiredConsistency() consistency: ConsistencyRequirement | undefined,
    @Req() request: FastifyRequest,
  ): Promise<HttpResponse> {
    limitExpensive(request);
    const resumeFrom = lastEventIdHeader
      ? readId('Last-Event-ID', lastEventIdHeader)
      : lastEventId === undefined
        ? undefined
        : readId('lastEventId', lastEventId);
    const end = await this.reader.read(STORED_USERS, consistency, async (store, token) => {
      if (token && !(await store.reflects(STORED_USERS.catalog, token))) return BEHIND;
      return store.events.readTailEnd();
    });
    // Of the answer to HEAD Fastify would read the body, to no end.
    if (request.method === 'HEAD') return new HttpResponse(HttpStatus.OK, EVENT_STREAM_HEADERS);
    const filter = { ...(type && { types: type }), ...(userId !== undefined && { aggregateId: userId }) };
    const giveSlotBack = takeStreamSlot(request);
    try {
      const stream = this.streams.open(resumeFrom, end, filter, request.caller?.expiresAt);
      stream.once('close', giveSlotBack);
      return new HttpResponse(HttpStatus.OK, EVENT_STREAM_HEADERS, stream);
    } catch (error) {
      giveSlotBack();
      throw error;
    }
  }
}

function readId(path: string, text: string): TailMark {
  const mark = decodeStreamId(text);
  if (mark) return mark;
  throw validationError([{ path, message: 'must be the id of an event of this stream, or 0' }]);
}
