import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { SettingsService } from './service.ts';

/** Binds `contract.settings`. */
export function settingsHandlers(settings: SettingsService) {
  const os = implement(contract.settings);
  return {
    get: os.get.handler(() => settings.get()),
    set: os.set.handler(({ input }) => settings.set(input.patch)),
    view: os.view.handler(({ input }) => settings.view(input.project, input.name) as never),
    setView: os.setView.handler(({ input }) => settings.setView(input.project, input.name, input.value)),
  };
}
