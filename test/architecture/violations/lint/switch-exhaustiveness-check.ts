type Event = { type: 'user.created' } | { type: 'user.deleted' };

export function evolve(event: Event): string {
  switch (event.type) {
    case 'user.created':
      return 'active';
  }
  return 'absent';
}
