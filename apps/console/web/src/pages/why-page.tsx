import { useSignal } from '@preact/signals';
import { queryString } from '../core/api.ts';
import { go, query } from '../core/router.ts';
import { Story } from '../parts/story.tsx';

/** What became of a user, an event or a request, and what it waits for. */
export function WhyPage() {
  const id = query.value.get('id') ?? '';
  return (
    <>
      <h1>Why is a row stale?</h1>
      <Question key={id} id={id} />
      {id === '' ? (
        <p>
          A correlation id is that of an answer (<code>x-correlation-id</code>), of a log line, or of a record
          (<code>ce_correlationid</code>).
        </p>
      ) : (
        <Story key={`story ${id}`} id={id} />
      )}
    </>
  );
}

function Question({ id }: { id: string }) {
  const text = useSignal(id);
  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.value.trim();
        if (wanted !== '') go(`/why${queryString({ id: wanted })}`);
      }}
    >
      <label htmlFor="question">Id of a user, of an event, or of a request</label>
      <input
        id="question"
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <button type="submit">Ask</button>
    </form>
  );
}
