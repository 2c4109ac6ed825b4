import { useSignal } from '@preact/signals';
import type { VerdictView } from '../../../src/projections/projections.view.ts';
import { post } from '../core/api.ts';
import { Badge, Problem } from './basics.tsx';
import { Confirm } from './confirm.tsx';

/** Compares the rows of a user with its events, and folds them again if they differ. */
export function Verification({ id }: { id: string }) {
  const verdicts = useSignal<readonly VerdictView[] | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const isAsked = useSignal(false);
  async function verify(mend: boolean): Promise<void> {
    verdicts.value = await post<readonly VerdictView[]>('/api/projections/verifications', { id, mend });
    error.value = undefined;
  }
  const look = () => {
    verify(false).catch((reason: unknown) => (error.value = reason instanceof Error ? reason : undefined));
  };
  const differ =
    verdicts.value?.filter(({ verdict, isMended }) => verdict === 'different' && !isMended) ?? [];
  return (
    <section aria-labelledby="verification">
      <h2 id="verification">Rows and events compared</h2>
      <div class="buttons">
        <button type="button" onClick={look}>
          Compare now
        </button>
        {differ.length > 0 && (
          <button type="button" class="primary" onClick={() => (isAsked.value = true)}>
            Fold again from the event store …
          </button>
        )}
      </div>
      <Problem error={error.value} />
      <ul class="plain" role="status">
        {verdicts.value?.map((each) => (
          <Verdict key={each.projection} verdict={each} />
        ))}
      </ul>
      {isAsked.value && (
        <Confirm
          title="Fold this user again"
          act="Fold again"
          concerns={1}
          onAct={() => verify(true)}
          onClose={() => (isAsked.value = false)}
        >
          <p>
            What is shown of this user is taken back, and its events are folded anew, in one transaction:{' '}
            {differ.map(({ projection }) => projection).join(', ')}.
          </p>
        </Confirm>
      )}
    </section>
  );
}

function Verdict({ verdict: { projection, verdict, kind, columns, isMended } }: { verdict: VerdictView }) {
  return (
    <li>
      <strong>{projection}</strong> {verdict === 'equal' && <Badge tone="ok">as its events say</Badge>}
      {verdict === 'unverifiable' && <Badge tone="warning">cannot be compared</Badge>}
      {verdict === 'different' && (
        <>
          <Badge tone={isMended ? 'ok' : 'error'}>{isMended ? 'mended' : 'differs'}</Badge> {kind}
          {columns.length > 0 && ` in ${columns.join(', ')}`}
        </>
      )}
    </li>
  );
}
