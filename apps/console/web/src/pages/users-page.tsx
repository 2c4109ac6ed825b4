import { useEffect } from 'preact/hooks';
import type { FoundUser, SearchResult } from '../../../src/search/search.view.ts';
import { get, queryString } from '../core/api.ts';
import { query, replace } from '../core/router.ts';
import { useLoad } from '../core/use-load.ts';
import { Problem, Waiting } from '../parts/basics.tsx';

const BECAUSE: Readonly<Record<FoundUser['because'], string>> = {
  id: 'its id',
  email: 'its email',
  name: 'its name',
  event: 'one of its events',
  correlation: 'a request that it was part of',
};

export function UsersPage() {
  const text = query.value.get('q') ?? '';
  const { data, error } = useLoad<SearchResult>(text, (signal) =>
    text === '' ? Promise.resolve({ users: [] }) : get(`/api/search${queryString({ q: text })}`, signal),
  );
  const users = data.value?.users;
  // Whoever has the id of an event or of a request wants to know what became of it.
  const isOfEvent = users?.some(({ because }) => because === 'event' || because === 'correlation') ?? false;
  useEffect(() => {
    if (isOfEvent) replace(`/why${queryString({ id: text })}`);
  }, [isOfEvent]);
  if (text === '') {
    return (
      <>
        <h1>Users</h1>
        <p>
          Find a user in the field above: by email, the beginning of the name, or id. The id of an event or of
          a request (a correlation id) leads to what became of it. The key <kbd>/</kbd> puts the cursor there.
        </p>
      </>
    );
  }
  return (
    <>
      <h1>Users: {text}</h1>
      <Problem error={error.value} />
      {users ? <Found users={users} /> : !error.value && <Waiting />}
    </>
  );
}

function Found({ users }: { users: readonly FoundUser[] }) {
  if (users.length === 0) return <p role="status">Nobody was found.</p>;
  return (
    <ul class="cards" aria-label="Users found">
      {users.map(({ id, name, email, because }) => (
        <li key={id}>
          <a class="card" href={`/users/${id}`}>
            <strong>{name ?? 'not in the read table'}</strong>
            {email !== null && <span>{email}</span>}
            <code>{id}</code>
            <small>found by {BECAUSE[because]}</small>
          </a>
        </li>
      ))}
    </ul>
  );
}
