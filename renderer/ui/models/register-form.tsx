import { Autocomplete, Button, Group, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ModelName, type ModelSource, ModelVersion } from '../../../shared/contract/models.ts';
import { api, client } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { followJob } from '../../lib/follow-job.ts';
import { JobProgress } from '../job-progress.tsx';
import { LoadingRows } from '../loading.tsx';
import { Notice } from '../notice.tsx';
import { notifyDone, notifyError } from '../notify.ts';
import classes from './register.module.css';
import { RegisterProposal } from './register-proposal.tsx';
import { RegisterSource } from './register-source.tsx';

const LICENCES = [
  'Apache-2.0',
  'MIT',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC-BY-NC-4.0',
  'GPL-3.0-only',
  'LicenseRef-proprietary',
];

type Props = { project: string; run: string | null; artifact: string | null; onClose: () => void };

/** Where the bytes are, what Assay found in them, and what only a person knows. */
export function RegisterForm({ project, run, artifact, onClose }: Props) {
  const navigate = useNavigate();
  const [source, setSource] = useState<ModelSource | null>(run ? { run, artifact } : null);
  const [name, setName] = useState<string | null>(null);
  const [version, setVersion] = useState<string | null>(null);
  const [description, setDescription] = useState('');
  const [licence, setLicence] = useState('');
  const [owner, setOwner] = useState('');
  const [example, setExample] = useState('');
  const [job, setJob] = useState<string | null>(null);
  const [running, setRunning] = useState(false);

  const [settledName] = useDebouncedValue(name, 250);
  const askedName = settledName !== null && ModelName.safeParse(settledName).success ? settledName : null;
  const proposed = useQuery({
    ...api.models.propose.queryOptions({ input: source ? { project, source, name: askedName } : skipToken }),
    placeholderData: keepPreviousData,
    // the files may have changed since they were looked at last
    staleTime: 0,
  });
  // a name that was only proposed may be that of a model that has versions already; its next one is asked for by name
  const found = proposed.data?.name ?? null;
  const named = useQuery({
    ...api.models.propose.queryOptions({
      input: source && askedName === null && found !== null ? { project, source, name: found } : skipToken,
    }),
    staleTime: 0,
  });
  const proposal = proposed.error ? undefined : askedName === null ? named.data : proposed.data;
  const finalName = name ?? proposal?.name ?? '';
  const finalVersion = version ?? proposal?.version ?? '';
  const nameProblem = problemOf(ModelName.safeParse(finalName));
  const versionProblem = problemOf(ModelVersion.safeParse(finalVersion));

  const choose = (next: ModelSource | null): void => {
    setSource(next);
    setVersion(null);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!source || nameProblem || versionProblem) return;
    setRunning(true);
    try {
      const started = await client.models.register({
        project,
        name: finalName,
        source,
        version: finalVersion,
        description,
        licence: orNull(licence),
        owner: orNull(owner),
        example: orNull(example),
      });
      setJob(started.job);
      const ended = await followJob(started.job);
      if (ended?.state !== 'done') return;
      const done = (await client.models.registered({ job: started.job })) ?? { name: finalName, version: finalVersion };
      onClose();
      notifyDone(`Registered ${done.name} ${done.version}.`);
      void navigate({ to: '/p/$project/models/$name/$version', params: { project, ...done } });
    } catch (error) {
      setJob(null);
      notifyError('The model was not registered', error);
    } finally {
      setRunning(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className={classes.form}>
      <RegisterSource project={project} source={source} onChoose={choose} />
      {source === null ? null : (proposed.error ?? named.error) ? (
        <Notice tone="bad">{errorText(proposed.error ?? named.error)}</Notice>
      ) : !proposal ? (
        <LoadingRows rows={5} />
      ) : (
        <>
          <div className={classes.pair}>
            <TextInput
              label="Model"
              description="Lower-case letters, digits, - _ ."
              value={finalName}
              error={finalName !== '' && nameProblem}
              onChange={(event) => {
                setName(event.currentTarget.value);
                setVersion(null);
              }}
              required
            />
            <TextInput
              label="Version"
              description={version === null ? proposal.why : 'Chosen by you'}
              value={finalVersion}
              error={finalVersion !== '' && versionProblem}
              onChange={(event) => setVersion(event.currentTarget.value)}
              required
            />
          </div>
          <RegisterProposal proposal={proposal} />
          <Textarea
            label="Description"
            placeholder="What it does, for whom, and what it must not be used for"
            autosize
            minRows={2}
            maxRows={6}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <div className={classes.three}>
            <Autocomplete
              size="xs"
              label="Licence"
              placeholder="SPDX, such as Apache-2.0"
              data={LICENCES}
              value={licence}
              onChange={setLicence}
            />
            <TextInput
              label="Owner"
              placeholder="a person or a team"
              value={owner}
              onChange={(event) => setOwner(event.currentTarget.value)}
            />
            <Autocomplete
              size="xs"
              label="Example input"
              placeholder="an artifact or a file"
              data={proposal.artifacts.map((one) => one.path)}
              value={example}
              onChange={setExample}
            />
          </div>
        </>
      )}
      {job ? <JobProgress id={job} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={running} disabled={!proposal || nameProblem !== null || versionProblem !== null}>
          {finalName && finalVersion ? `Register ${finalName} ${finalVersion}` : 'Register'}
        </Button>
      </Group>
    </form>
  );
}

const orNull = (text: string): string | null => text.trim() || null;

function problemOf(result: { success: boolean; error?: { issues: readonly { message: string }[] } }): string | null {
  return result.success ? null : (result.error?.issues[0]?.message ?? 'This does not fit.');
}
