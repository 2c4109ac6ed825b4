import { describeAuditLog } from './audit-log.cases.js';
import { describeBadInput } from './bad-input.cases.js';
import { describeCommands } from './commands.cases.js';
import { openContractStage } from './contract-stage.js';
import { describeCorrelationInLogs } from './correlation-in-logs.cases.js';
import { describeLeastPrivilege } from './least-privilege.cases.js';
import { describeMetrics } from './metrics.cases.js';
import { describeDescriptions } from './descriptions.cases.js';
import { describeOtherClient } from './other-client.cases.js';
import { describeParkedUsers } from './parked-users.cases.js';
import { describePast } from './past.cases.js';
import { describeRaces } from './races.cases.js';
import { describeReadYourWrites } from './read-your-writes.cases.js';
import { describeStream } from './stream.cases.js';

/** What clients may rely on. The cases share one fleet, one after the other; each has users of its own. */
describe('a fleet in which nothing breaks', () => {
  const stage = openContractStage();
  // It counts every user of the fleet, so it is first.
  describeReadYourWrites(stage);
  describeLeastPrivilege(stage);
  describeCommands(stage);
  describePast(stage);
  describeStream(stage);
  describeBadInput(stage);
  describeRaces(stage);
  describeDescriptions(stage);
  describeOtherClient(stage);
  describeAuditLog(stage);
  describeMetrics(stage);
  // These stop apps of the stage.
  describeParkedUsers(stage);
  describeCorrelationInLogs(stage);
});
