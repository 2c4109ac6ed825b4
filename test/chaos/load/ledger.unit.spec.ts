import { Ledger, type Command } from './ledger.ts';

const command: Command = {
  id: 'c',
  kind: 'create',
  userId: 'u',
  method: 'POST',
  path: '/users',
  mayChangeNothing: false,
};

describe('Ledger', () => {
  it('keeps a command unknown until there is a decision', () => {
    const ledger = new Ledger();
    const entry = ledger.open(command);
    ledger.note(entry, undefined);
    expect(ledger.unknown()).toEqual([entry]);
    ledger.note(entry, { status: 201, version: 1 });
    expect(ledger.unknown()).toEqual([]);
    expect(ledger).toMatchObject({ acknowledged: 1, repeats: 0, cutOff: 1 });
  });

  it('keeps the first decision, and whatever contradicts it', () => {
    const ledger = new Ledger();
    const entry = ledger.open(command);
    for (const version of [1, 1, 2]) ledger.note(entry, { status: 201, version });
    expect(entry).toMatchObject({
      attempts: 3,
      decision: { status: 201, version: 1 },
      contradictions: [{ status: 201, version: 2 }],
    });
    expect(ledger).toMatchObject({ acknowledged: 1, repeats: 2 });
  });
});
