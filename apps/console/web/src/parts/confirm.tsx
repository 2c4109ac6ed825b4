import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { number } from '../core/format.ts';
import { operatorName } from '../core/operator.ts';
import { session } from '../core/session.ts';
import { Problem } from './basics.tsx';

export interface ConfirmProps {
  readonly title: string;
  /** What the button says. */
  readonly act: string;
  /** How many things it concerns: more than one is typed in before the button acts. Undefined while that is not known. */
  readonly concerns: number | undefined;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
  /** What will happen. */
  readonly children: ComponentChildren;
}

/** Asks before something happens. Escape closes it, and the focus goes back to where it was. */
export function Confirm({ title, act, concerns, onAct, onClose, children }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useSignal('');
  const isBusy = useSignal(false);
  const error = useSignal<Error | undefined>(undefined);
  useEffect(() => dialog.current?.showModal(), []);
  const isMany = concerns !== undefined && concerns > 1;
  const isMeant =
    concerns !== undefined && (!isMany || typed.value.replaceAll(/[\s,.]/g, '') === String(concerns));

  async function run(event: Event): Promise<void> {
    event.preventDefault();
    if (!isMeant || isBusy.value) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      await onAct();
      dialog.current?.close();
    } catch (reason) {
      error.value = reason instanceof Error ? reason : new Error(String(reason));
    }
    isBusy.value = false;
  }

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="confirm-title">
      <form onSubmit={(event) => void run(event)}>
        <h2 id="confirm-title">{title}</h2>
        <div class="dialog-body">{children}</div>
        {isMany && (
          <label class="typed">
            Type {number(concerns)} to confirm
            <input
              inputMode="numeric"
              autocomplete="off"
              value={typed.value}
              onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
            />
          </label>
        )}
        <OperatorName />
        <Problem error={error.value} />
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!isMeant || isBusy.value}>
            {act}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Whoever is logged in has a name already. */
function OperatorName() {
  if (session.value?.isNeeded) return null;
  return (
    <label class="typed">
      Your name, for the log of actions
      <input
        autocomplete="name"
        maxLength={100}
        value={operatorName.value}
        onInput={({ currentTarget }) => (operatorName.value = currentTarget.value)}
      />
    </label>
  );
}
