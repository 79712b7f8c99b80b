import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;
type Tag = { key: string; value: string };
type Version = {
  name: string;
  version: string;
  status: string;
  source: string;
  run_id: string;
  description: string;
  tags: Tag[];
};
type Run = {
  info: Json & { run_id: string; experiment_id: string };
  tags: Tag[];
  params: Map<string, string>;
  metrics: Json[];
};

/** An MLflow server in this process, as far as drivers speak with one; every answer can be bent. */
export type FakeMlflow = {
  readonly url: string;
  readonly artifacts: Map<string, Buffer>;
  readonly experiments: Map<string, { id: string; location: string; stage: string }>;
  readonly runs: Run[];
  readonly versions: Version[];
  readonly aliases: Map<string, string>;
  readonly asked: { readonly what: string; readonly headers: IncomingMessage['headers'] }[];
  /** gets every request first, before its body is read; true when it has answered */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** what experiments keep their artifacts under */
  location: string;
  /** presigned addresses for parts are below this one; null answers 501 */
  parts: string | null;
  login: string | null;
  close(): Promise<void>;
};

export async function startFakeMlflow(): Promise<FakeMlflow> {
  const fail = (response: ServerResponse, status: number, error_code: string, message = error_code): void =>
    send(response, status, { error_code, message });
  const send = (response: ServerResponse, status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  const experimentOf = (name: string) => {
    const { id, location, stage } = fake.experiments.get(name)!;
    return { experiment: { experiment_id: id, name, artifact_location: location, lifecycle_stage: stage } };
  };
  const versionOf = (input: Json) =>
    fake.versions.find(({ name, version }) => name === input.name && version === String(input.version));

  const api: Record<string, (input: Json, response: ServerResponse) => unknown> = {
    'GET experiments/get-by-name': ({ experiment_name }, response) =>
      fake.experiments.has(String(experiment_name))
        ? experimentOf(String(experiment_name))
        : fail(response, 404, 'RESOURCE_DOES_NOT_EXIST'),
    'GET experiments/get': ({ experiment_id }, response) => {
      if (experiment_id === '0') return { experiment: { experiment_id: '0', artifact_location: `${fake.location}/0` } };
      const name = [...fake.experiments].find(([, { id }]) => id === experiment_id)?.[0];
      return name ? experimentOf(name) : fail(response, 404, 'RESOURCE_DOES_NOT_EXIST');
    },
    'POST experiments/create': ({ name }) => {
      const id = String(fake.experiments.size + 1);
      fake.experiments.set(String(name), { id, location: `${fake.location}/${id}`, stage: 'active' });
      return { experiment_id: id };
    },
    'POST experiments/search': () => ({}),
    'POST runs/search': ({ filter }) => {
      const digest = /= '([0-9a-f]+)'/.exec(String(filter))?.[1];
      return {
        runs: fake.runs.filter(({ tags }) => tags.some(({ value }) => value === digest)).map(({ info }) => ({ info })),
      };
    },
    'POST runs/create': (input) => {
      const run_id = `run${fake.runs.length + 1}`;
      const experiment_id = String(input.experiment_id);
      const info = {
        run_id,
        experiment_id,
        status: 'RUNNING',
        lifecycle_stage: 'active',
        artifact_uri: `${fake.location}/${experiment_id}/${run_id}/artifacts`,
      };
      fake.runs.push({ info, tags: input.tags as Tag[], params: new Map(), metrics: [] });
      return { run: { info } };
    },
    'GET runs/get': ({ run_id }, response) => {
      const run = fake.runs.find(({ info }) => info.run_id === run_id);
      return run ? { run: { info: run.info } } : fail(response, 404, 'RESOURCE_DOES_NOT_EXIST');
    },
    'POST runs/update': ({ run_id, ...rest }) => {
      Object.assign(fake.runs.find(({ info }) => info.run_id === run_id)!.info, rest);
      return {};
    },
    'POST runs/log-batch': ({ run_id, params, metrics }) => {
      const run = fake.runs.find(({ info }) => info.run_id === run_id)!;
      for (const { key, value } of params as Tag[]) run.params.set(key, value);
      run.metrics.push(...(metrics as Json[]));
      return {};
    },
    'GET registered-models/get': ({ name }, response) =>
      fake.versions.some((version) => version.name === name)
        ? { registered_model: { name, aliases: [...fake.aliases].map(([alias, version]) => ({ alias, version })) } }
        : fail(response, 404, 'RESOURCE_DOES_NOT_EXIST'),
    'POST registered-models/create': () => ({}),
    'POST registered-models/alias': ({ alias, version }) => {
      fake.aliases.set(String(alias), String(version));
      return {};
    },
    'DELETE registered-models/alias': ({ alias }) => {
      fake.aliases.delete(String(alias));
      return {};
    },
    'GET model-versions/search': () => ({ model_versions: fake.versions }),
    'GET model-versions/get': (input, response) => {
      const version = versionOf(input);
      return version ? { model_version: version } : fail(response, 404, 'RESOURCE_DOES_NOT_EXIST');
    },
    'POST model-versions/create': (input) => {
      const made = { status: 'READY', ...input, version: String(fake.versions.length + 1) } as Version;
      fake.versions.push(made);
      return { model_version: made };
    },
    'PATCH model-versions/update': (input) => {
      versionOf(input)!.description = String(input.description);
      return {};
    },
    'POST model-versions/set-tag': (input) => {
      const version = versionOf(input)!;
      const kept = version.tags.filter(({ key }) => key !== input.key);
      version.tags = [...kept, { key: String(input.key), value: String(input.value) }];
      return {};
    },
  };

  const list = (folder: string): Json => {
    const below = [...fake.artifacts].filter(([path]) => path.startsWith(`${folder}/`));
    const names = new Map<string, Json>();
    for (const [path, bytes] of below) {
      const [name, ...rest] = path.slice(folder.length + 1).split('/');
      names.set(
        name!,
        rest.length > 0 ? { path: name, is_dir: true } : { path: name, is_dir: false, file_size: bytes.length },
      );
    }
    return { files: [...names.values()] };
  };
  const uploads = new Map<string, { path: string; parts: Buffer[] }>();

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    fake.asked.push({ what: `${request.method} ${request.url}`, headers: request.headers });
    if (fake.intercept?.(request, response)) return;
    const chunks: Buffer[] = [];
    try {
      for await (const part of request) chunks.push(part as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    if (fake.login !== null && request.headers.authorization !== fake.login)
      return fail(response, 401, 'UNAUTHENTICATED');
    if (url.pathname === '/version') return response.end('3.17.2');
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts(?:\/(.+))?$/.exec(url.pathname);
    if (artifact) {
      const path = decodeURIComponent(artifact[1] ?? '');
      if (path === '') return send(response, 200, list(url.searchParams.get('path') ?? ''));
      if (request.method === 'PUT') {
        fake.artifacts.set(path, body);
        return send(response, 200, {});
      }
      const bytes = fake.artifacts.get(path);
      if (!bytes) return fail(response, 404, 'RESOURCE_DOES_NOT_EXIST');
      return response.end(bytes);
    }
    const mpu = /^\/api\/2\.0\/mlflow-artifacts\/mpu\/(create|complete|abort)\/(.+)$/.exec(url.pathname);
    if (mpu) {
      if (fake.parts === null) return fail(response, 501, 'NOT_IMPLEMENTED');
      const input = JSON.parse(body.toString()) as { path: string; num_parts: number; upload_id: string };
      if (mpu[1] === 'create') {
        const id = `upload${uploads.size + 1}`;
        uploads.set(id, { path: `${decodeURIComponent(mpu[2]!)}/${input.path}`, parts: [] });
        const credentials = Array.from({ length: input.num_parts }, (_, i) => ({
          url: `${fake.parts}/part/${id}/${i}`,
          part_number: i + 1,
          headers: {},
        }));
        return send(response, 200, { upload_id: id, credentials });
      }
      const upload = uploads.get(input.upload_id)!;
      if (mpu[1] === 'complete') fake.artifacts.set(upload.path, Buffer.concat(upload.parts));
      return send(response, 200, {});
    }
    const part = /^\/part\/(\w+)\/(\d+)$/.exec(url.pathname);
    if (part) {
      uploads.get(part[1]!)!.parts[Number(part[2])] = body;
      response.writeHead(200, { etag: `"${part[2]}"` });
      return response.end();
    }
    const name = url.pathname.replace('/api/2.0/mlflow/', '');
    const answer = api[`${request.method} ${name}`];
    if (!answer) return fail(response, 404, 'ENDPOINT_NOT_FOUND');
    const input = request.method === 'GET' ? Object.fromEntries(url.searchParams) : JSON.parse(body.toString());
    const value = answer(input, response);
    if (!response.writableEnded) send(response, 200, value);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeMlflow = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    artifacts: new Map(),
    experiments: new Map(),
    runs: [],
    versions: [],
    aliases: new Map(),
    asked: [],
    intercept: null,
    location: 'mlflow-artifacts:/exp',
    parts: null,
    login: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
