import { notifications } from '@mantine/notifications';
import { errorText } from '../lib/errors.ts';

/** Says that something failed: `notifyError('The run was not stopped', error)`. Stays for ten seconds. */
export function notifyError(title: string, error: unknown): void {
  notifications.show({ title, message: errorText(error), color: 'red', autoClose: 10_000 });
}

/** Says that something is done, where the page itself does not show it. */
export function notifyDone(message: string): void {
  notifications.show({ message, autoClose: 4000 });
}
