import type { RecordView, ShownBytes } from '../../../src/parked/parked.view.ts';
import { pretty } from '../core/format.ts';
import { Scrolling, Time } from './basics.tsx';

/** A Kafka record: where it lies, its headers and its bytes. */
export function Record({ record }: { record: RecordView }) {
  const { topic, partition, offset, at, headers, key, value } = record;
  return (
    <div class="record">
      <p class="place">
        <code>
          {topic}/{partition}/{offset}
        </code>
        , written <Time at={at} />
      </p>
      <Scrolling label="Headers">
        <table class="facts">
          <tbody>
            <tr>
              <th scope="row">key</th>
              <td>
                <code>{shown(key)}</code>
              </td>
            </tr>
            {headers.map(({ name, value: text }, place) => (
              <tr key={place}>
                <th scope="row">{name}</th>
                <td>
                  <code>{text}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <pre class="value" tabIndex={0} aria-label="Value">
        {value && 'text' in value ? pretty(value.text) : shown(value)}
      </pre>
    </div>
  );
}

function shown(bytes: ShownBytes | null): string {
  if (bytes === null) return 'none';
  return 'text' in bytes ? bytes.text : `base64 ${bytes.base64}`;
}
