import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { instant } from './core/format.ts';
import { go, path, startRouter } from './core/router.ts';
import { loadSession, logOut, session } from './core/session.ts';
import { theme, type Theme } from './core/theme.ts';
import { ActionsPage } from './pages/actions-page.tsx';
import { DeadLettersPage } from './pages/dead-letters-page.tsx';
import { FleetPage } from './pages/fleet-page.tsx';
import { HistoryPage } from './pages/history-page.tsx';
import { LoginPage } from './pages/login-page.tsx';
import { ParkedPage } from './pages/parked-page.tsx';
import { ProjectionsPage } from './pages/projections-page.tsx';
import { UserPage } from './pages/user-page.tsx';
import { UsersPage } from './pages/users-page.tsx';
import { WhyPage } from './pages/why-page.tsx';
import { Waiting } from './parts/basics.tsx';

const NAVIGATION = [
  { to: '/', label: 'Fleet' },
  { to: '/users', label: 'Users' },
  { to: '/why', label: 'Why' },
  { to: '/parked', label: 'Parked' },
  { to: '/dead-letters', label: 'Dead letters' },
  { to: '/projections', label: 'Read models' },
  { to: '/history', label: 'History' },
  { to: '/actions', label: 'Actions' },
];

startRouter();
void loadSession();

export function App() {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <span aria-hidden="true" class="mark" />
          Eventfleet
        </a>
        <nav aria-label="Pages">
          <ul>
            {NAVIGATION.map(({ to, label }) => (
              <li key={to}>
                <a href={to} aria-current={isShown(to) ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <QuickSearch />
        <ThemeChoice />
        <WhoIsLoggedIn />
      </header>
      <main id="main" tabIndex={-1}>
        <Guarded />
      </main>
    </>
  );
}

function isShown(to: string): boolean {
  return to === '/' ? path.value === '/' : path.value === to || path.value.startsWith(`${to}/`);
}

/** The page, for whoever may look at it. */
function Guarded() {
  const known = session.value;
  if (!known) return <Waiting>Asking the console …</Waiting>;
  return known.isNeeded && !known.operator?.mayLook ? <LoginPage session={known} /> : <Page />;
}

function WhoIsLoggedIn() {
  const operator = session.value?.operator;
  if (!operator) return null;
  return (
    <div class="operator">
      <span title={`until ${instant(operator.endsAt)}`}>{operator.name}</span>
      <button type="button" onClick={() => void logOut()}>
        Log out
      </button>
    </div>
  );
}

function Page() {
  const userId = /^\/users\/([^/]+)$/.exec(path.value)?.[1];
  if (userId) return <UserPage key={userId} id={decodeURIComponent(userId)} />;
  switch (path.value) {
    case '/users':
      return <UsersPage />;
    case '/why':
      return <WhyPage />;
    case '/parked':
      return <ParkedPage />;
    case '/dead-letters':
      return <DeadLettersPage />;
    case '/projections':
      return <ProjectionsPage />;
    case '/history':
      return <HistoryPage />;
    case '/actions':
      return <ActionsPage />;
    default:
      return <FleetPage />;
  }
}

/** In the head of every page; `/` puts the cursor there. */
function QuickSearch() {
  const text = useSignal('');
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      document.getElementById('quick-search')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <form
      class="quick-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.value.trim();
        if (wanted !== '') go(`/users?q=${encodeURIComponent(wanted)}`);
      }}
    >
      <label htmlFor="quick-search" class="hidden">
        Find a user by email, name, id, event id or correlation id
      </label>
      <input
        id="quick-search"
        type="search"
        placeholder="Email, id, correlation id  ( / )"
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
    </form>
  );
}

const THEMES: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'Auto' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function ThemeChoice() {
  return (
    <select
      class="theme"
      aria-label="Colours"
      value={theme.value}
      onChange={({ currentTarget }) => (theme.value = currentTarget.value as Theme)}
    >
      {THEMES.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
