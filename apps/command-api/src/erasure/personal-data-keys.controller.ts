import { userAggregate, userId } from '@eventfleet/contracts';
import { HistoryGuard } from '@eventfleet/history';
import { HttpResponse, Operation, ProblemError, RequireScope } from '@eventfleet/http';
import { Controller, Get, Param } from '@nestjs/common';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { GET_PERSONAL_DATA_KEY } from './erasure.operations.js';

/** For subscribers who may read personal data. */
@Controller('personal-data-keys')
export class PersonalDataKeysController {
  constructor(
    private readonly pools: EventStorePools,
    private readonly history: HistoryGuard,
  ) {}

  /** As `personalDataKeyFrom` of the contracts takes it. Whoever keeps it has to forget it at `user.erased`. */
  @Get(':userId')
  @RequireScope('users:personal-data')
  @Operation(GET_PERSONAL_DATA_KEY)
  async get(@Param('userId', { schema: userId }) id: string): Promise<HttpResponse> {
    // A store that went back in time has keys again that an erasure has destroyed.
    await this.history.verify(this.pools.shared);
    const key = await this.pools.personalData?.keyOf(userAggregate.name, id);
    if (!key) throw new ProblemError('not-found', 'There is no key for this user, or no longer');
    const { kid, secret } = key;
    const body = { userId: id, kid, key: secret.export().toString('base64') };
    return new HttpResponse(200, { 'cache-control': 'no-store' }, body);
  }
}
