import { Scrolling } from './basics.tsx';

export type Fields = Readonly<Record<string, string | number | null>>;

/** Two states side by side; what differs is marked, by a sign too. */
export function Differences({
  before,
  after,
  labels,
}: {
  before: Fields | null;
  after: Fields | null;
  labels: readonly [string, string];
}) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return <p>There is no row, before and after.</p>;
  return (
    <Scrolling label="Differences">
      <table class="differences">
        <thead>
          <tr>
            <th scope="col">field</th>
            <th scope="col">{labels[0]}</th>
            <th scope="col">{labels[1]}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const [was, is] = [before?.[name] ?? null, after?.[name] ?? null];
            const isChanged = was !== is;
            return (
              <tr key={name} class={isChanged ? 'changed' : ''}>
                <th scope="row">
                  {isChanged && (
                    <span aria-label="changed" role="img">
                      ●{' '}
                    </span>
                  )}
                  {name}
                </th>
                <td>{isChanged ? <del>{text(was)}</del> : text(was)}</td>
                <td>{isChanged ? <ins>{text(is)}</ins> : text(is)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}

function text(value: string | number | null) {
  return value === null ? <span class="none">none</span> : value;
}
