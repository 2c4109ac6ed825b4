import type { UserInReadModel, UserSummary } from '../../../src/users/user.view.ts';
import { queryString } from '../core/api.ts';
import { count } from '../core/format.ts';
import { useLive } from '../core/use-live.ts';
import { Badge, LiveBadge, Waiting } from '../parts/basics.tsx';
import { Differences, type Fields } from '../parts/differences.tsx';
import { History } from '../parts/history.tsx';
import { Verification } from '../parts/verification.tsx';

/** A user: whether its rows are up to date, and all that it ever was. */
export function UserPage({ id }: { id: string }) {
  const { state, connection } = useLive<UserSummary | null>(`/api/users/${encodeURIComponent(id)}/live`);
  const user = state.value;
  return (
    <>
      <div class="title">
        <h1>{user ? nameOf(user) : 'User'}</h1>
        <LiveBadge connection={connection} />
      </div>
      <p class="id">
        <code>{id}</code>
      </p>
      {user === undefined &&
        (connection.value === 'lost' ? (
          <p class="problem">This is no user’s id, or the console is away.</p>
        ) : (
          <Waiting />
        ))}
      {user === null && <p role="status">There never was a user with this id.</p>}
      {user && (
        <>
          <Freshness user={user} />
          <Verification id={id} />
          <History id={id} newest={user.version} />
        </>
      )}
    </>
  );
}

function nameOf({ now, row, version }: UserSummary): string {
  return now?.name ?? row?.name ?? (version > 0 ? 'A deleted user' : 'User');
}

function Freshness({ user }: { user: UserSummary }) {
  const late = user.readModels.filter(({ behind }) => behind > 0);
  return (
    <section aria-labelledby="freshness">
      <h2 id="freshness">What queries show</h2>
      <p class={late.length === 0 ? 'calm' : 'late'} role="status">
        {late.length === 0
          ? `✓ Every read model has applied version ${user.version}, the newest one.`
          : `The event store is at version ${user.version}. Not every read model is. `}
        {late.length > 0 && <a href={`/why${queryString({ id: user.id })}`}>Why?</a>}
      </p>
      <ul class="read-models">
        {user.readModels.map((each) => (
          <ReadModel key={each.projection} id={user.id} readModel={each} />
        ))}
      </ul>
      {late.length > 0 && (
        <Differences
          before={shown(user.row)}
          after={shown(user.now)}
          labels={['the row of user-list', 'the event store']}
        />
      )}
    </section>
  );
}

function ReadModel({ id, readModel }: { id: string; readModel: UserInReadModel }) {
  const { projection, version, behind, isParked } = readModel;
  return (
    <li>
      <strong>{projection}</strong> is at version {version}{' '}
      {behind === 0 && !isParked && <Badge tone="ok">up to date</Badge>}
      {behind > 0 && (
        <Badge tone={isParked ? 'error' : 'warning'}>{count(behind, 'version')} behind</Badge>
      )}{' '}
      {isParked && (
        <>
          because an event is parked:{' '}
          <a href={`/parked?projection=${encodeURIComponent(projection)}&key=${id}`}>see it</a>
        </>
      )}
    </li>
  );
}

function shown(user: UserSummary['row'] | UserSummary['now']): Fields | null {
  if (!user) return null;
  const { name, email, status, version } = user;
  return { name, email, status, version };
}
