import { accessSync, constants, existsSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Settings } from '../../../shared/contract/settings.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import { assayFolder, viewsFile } from '../projects/layout.ts';
import type { OpenProject, ProjectLookup } from '../projects/open-project.ts';

type Json = NonNullable<unknown> | null;
type Deps = { folder: string; projects: ProjectLookup; events: Events; log: Log };

const MAX_VIEWS_BYTES = 200_000;
const KEYS = Object.keys(Settings.shape);

export type SettingsService = ReturnType<typeof createSettings>;

/** A person's settings, in Assay's data folder, and the remembered state of views, in each project. */
export function createSettings({ folder, projects, events, log }: Deps) {
  const path = join(folder, 'settings.json');

  const stored = (): Record<string, unknown> => {
    if (!existsSync(path)) return {};
    const value = readJson(path);
    if (isRecord(value)) return value;
    keepBroken(path, log);
    return {};
  };

  return {
    /** Read anew each time, so that an edit by hand counts at once. A wrong value is its default; a broken file is kept as `settings.json.broken`. */
    get(): Settings {
      const value = stored();
      const settings = Settings.parse(value);
      const wrong = KEYS.filter((key) => key in value && settings[key as keyof Settings] !== value[key]);
      if (wrong.length > 0) log.warn('settings.json has values that cannot be; their defaults are used', { wrong });
      return settings;
    },

    /**
     * Changes some settings. Keys of a newer Assay that lie in the file stay.
     * @throws AppError BAD_REQUEST for a key that is none or a value that cannot be
     */
    set(patch: Record<string, unknown>): Settings {
      const unknown = Object.keys(patch).find((key) => !KEYS.includes(key));
      if (unknown !== undefined)
        throw new AppError('BAD_REQUEST', `There is no setting "${unknown}". There are: ${KEYS.join(', ')}.`, {
          key: unknown,
        });
      for (const [key, value] of Object.entries(patch)) {
        // the schema falls back to a default for a wrong value; what comes back changed was wrong
        const kept = Settings.parse({ [key]: value })[key as keyof Settings];
        if (kept !== value)
          throw new AppError(
            'BAD_REQUEST',
            `${JSON.stringify(value)} cannot be the setting "${key}". Nothing was changed.`,
            { key },
          );
      }
      const value = { ...stored(), ...patch };
      mkdirSync(folder, { recursive: true });
      writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
      events.changed('settings');
      return Settings.parse(value);
    },

    /** What a view of a project remembered; null when it did not. */
    view(project: string, name: string): Json {
      const views = readViews(viewsPath(projects.get(project), folder));
      return Object.hasOwn(views, name) ? (views[name] as Json) : null;
    },

    /**
     * @throws AppError BAD_REQUEST when all views of the project together would take more than 200 kB, UNAVAILABLE when it cannot be written
     */
    setView(project: string, name: string, value: Json): void {
      const path = viewsPath(projects.get(project), folder);
      const text = `${JSON.stringify({ ...readViews(path), [name]: value }, null, 1)}\n`;
      if (Buffer.byteLength(text) > MAX_VIEWS_BYTES) {
        throw new AppError(
          'BAD_REQUEST',
          'This view is too large to be remembered (200 kB for all views of a project). Choose fewer columns.',
          { name },
        );
      }
      mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic(path, text);
    },
  };
}

/** In the project, except that a folder which is not initialised or cannot be written is left as it is: opening one promises that. */
function viewsPath({ id, root }: OpenProject, folder: string): string {
  try {
    accessSync(assayFolder(root), constants.W_OK);
    return viewsFile(root);
  } catch {
    return join(folder, 'views', `${id}.json`);
  }
}

function readViews(path: string): Record<string, unknown> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > MAX_VIEWS_BYTES) return {};
  const value = readJson(path);
  return isRecord(value) ? value : {};
}

/** Nothing a person wrote is lost: the broken file is moved aside before a new one is written. */
function keepBroken(path: string, log: Log): void {
  try {
    renameSync(path, `${path}.broken`);
    log.warn('settings.json could not be read; the defaults are used, the file is kept as settings.json.broken');
  } catch (error) {
    log.warn('settings.json can be neither read nor moved aside; the defaults are used', { error: messageOf(error) });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
