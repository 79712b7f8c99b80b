import { SegmentedControl, Slider, Switch, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Settings } from '../../../shared/contract/settings.ts';
import { api } from '../../lib/client.ts';
import { useSettings } from '../../lib/use-settings.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { NumberSetting } from './number-setting.tsx';
import { SettingRow } from './setting-row.tsx';
import classes from './settings-page.module.css';

/** What holds for every project on this machine. */
export function AppSettings() {
  const { settings, loaded, error, set } = useSettings();
  const info = useQuery(api.system.info.queryOptions()).data;
  if (!loaded)
    return error ? (
      <ErrorState title="The settings could not be loaded" error={error} />
    ) : (
      <LoadingRows rows={6} height={56} />
    );
  return (
    <section className={classes.section} aria-labelledby="settings-app">
      <Title order={2} id="settings-app">
        Assay on this machine
      </Title>
      <SettingRow label="Theme" help="System follows the setting of your desktop.">
        <SegmentedControl
          aria-label="Theme"
          value={settings.theme}
          onChange={(theme) => set({ theme: theme as Settings['theme'] })}
          data={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </SettingRow>
      <SettingRow
        label="Smoothing of charts"
        help="What charts start with: 0 draws values as they are, 0.999 smooths most."
      >
        <SmoothingSlider value={settings.smoothing} onSave={(smoothing) => set({ smoothing })} />
      </SettingRow>
      <SettingRow
        label="Grace when stopping"
        control="set-grace"
        help="How long a run may take to end after it was asked to, before it is killed."
      >
        <NumberSetting
          id="set-grace"
          value={settings.stopGraceSeconds}
          min={0}
          max={3600}
          unit="s"
          decimals={1}
          onSave={(stopGraceSeconds) => set({ stopGraceSeconds })}
        />
      </SettingRow>
      <SettingRow
        label="Largest untracked file in a patch"
        control="set-untracked"
        help="Text files that git does not track yet are kept with a run up to this size each."
      >
        <NumberSetting
          id="set-untracked"
          value={settings.maxUntrackedFileBytes}
          min={0}
          max={100_000_000}
          unit="MB"
          scale={1_000_000}
          decimals={3}
          onSave={(maxUntrackedFileBytes) => set({ maxUntrackedFileBytes })}
        />
      </SettingRow>
      <SettingRow
        label="Largest patch"
        control="set-patch"
        help="Uncommitted changes beyond this size are left out, and the run says so."
      >
        <NumberSetting
          id="set-patch"
          value={settings.maxPatchBytes}
          min={0}
          max={1_000_000_000}
          unit="MB"
          scale={1_000_000}
          decimals={3}
          onSave={(maxPatchBytes) => set({ maxPatchBytes })}
        />
      </SettingRow>
      <SettingRow
        label="List installed packages"
        control="set-packages"
        help="Keeps the names and versions of the interpreter’s packages with every run."
      >
        <Switch
          id="set-packages"
          checked={settings.capturePackages}
          onChange={(event) => set({ capturePackages: event.currentTarget.checked })}
        />
      </SettingRow>
      {info ? (
        <p className={classes.help}>
          Assay {info.version} on {info.hostName} ({info.platform}).
        </p>
      ) : null}
    </section>
  );
}

function SmoothingSlider({ value, onSave }: { value: number; onSave: (value: number) => void }) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <>
      <Slider
        w={180}
        size="sm"
        min={0}
        max={0.999}
        step={0.001}
        value={draft}
        onChange={setDraft}
        onChangeEnd={onSave}
        label={null}
        thumbLabel="Smoothing of charts"
      />
      <output style={{ width: 40, textAlign: 'right' }}>{draft.toFixed(3)}</output>
    </>
  );
}
