/** Account statuses: what to call them, and the tone of their badge. An unknown one is shown as it is. */
export const STATUSES: Record<string, { label: string; tone: string }> = {
  active: { label: 'Active', tone: 'good' },
  error: { label: 'Error', tone: 'bad' },
  suspended: { label: 'Suspended', tone: 'warn' },
  inactive: { label: 'Inactive', tone: '' },
  expired: { label: 'Expired', tone: 'bad' },
};

export const statusOf = (status: string) => STATUSES[status] ?? { label: status, tone: '' };

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A date in the reader's words, or the text itself when it is none. */
export function dateOf(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : DATE.format(date);
}
