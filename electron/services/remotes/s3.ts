import { createReadStream, readFileSync } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError } from '../../../shared/errors.ts';
import { isOn, numberOf, publicUrl, type RemoteSettings } from './address.ts';
import { cancelled, networkProblem, passing, statusProblem } from './problems.ts';
import type { RemoteStore, Stored } from './store.ts';
import { tlsOptions } from './tls.ts';

/** Larger objects go in parts, several at a time; S3 takes at most 10,000 of them. */
const PART = 8 << 20;
const MAX_PARTS = 9_000;
const PARTS_AT_ONCE = 3;
/** Parts of an upload that nobody finishes cost money until they are aborted. */
const LEFT_OVER_MS = 86_400_000;

/** What servers call an access key that they do not take; the last is the Versity gateway's. */
const BAD_KEY = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'XAdminUserNotFound',
];

type Settings = RemoteSettings['settings'];

/** A bucket of Amazon's S3 or of any server that speaks its language. */
export async function openS3(remote: RemoteSettings): Promise<RemoteStore> {
  const { url, settings } = remote;
  const { host: bucket, pathname } = new URL(url);
  const root = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '');
  const keyOf = (key: string): string => (root === '' ? key : `${root}/${key}`);
  const client = await clientOf(remote);
  const endpoint = settings.endpointurl ? ` at ${publicUrl(settings.endpointurl)}` : '';
  const address = `${publicUrl(url)}${endpoint}`;
  const { secret, extra } = encryption(settings);
  const Bucket = bucket;

  const say = (error: unknown, signal: AbortSignal): AppError => {
    if (signal.aborted) return cancelled();
    return error instanceof AppError ? error : problem(error, address, bucket);
  };

  /** Aborts what killed uploads of this object left behind. */
  const tidy = async (Key: string, signal: AbortSignal): Promise<void> => {
    try {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), {
        abortSignal: signal,
      });
      for (const { Key: key, UploadId, Initiated } of Uploads) {
        if (key === Key && UploadId && Initiated && Date.now() - Initiated.getTime() > LEFT_OVER_MS)
          await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal: signal });
      }
    } catch {
      // not every account may see them, and not every server knows them
    }
  };

  return {
    address,
    jobs: numberOf(remote, 'jobs', 16),
    anyPrefix: true,
    async size(key, signal) {
      try {
        const command = new HeadObjectCommand({ Bucket, Key: keyOf(key), ...secret });
        const { ContentLength } = await client.send(command, { abortSignal: signal });
        return ContentLength ?? Number.NaN;
      } catch (error) {
        if (statusOf(error) === 404 && !signal.aborted) return null;
        throw say(error, signal);
      }
    },
    async *list(prefix, signal): AsyncIterable<Stored> {
      let token: string | undefined;
      const cut = root === '' ? 0 : root.length + 1;
      do {
        try {
          const command = new ListObjectsV2Command({ Bucket, Prefix: keyOf(prefix), ContinuationToken: token });
          const answer = await client.send(command, { abortSignal: signal });
          token = answer.IsTruncated ? answer.NextContinuationToken : undefined;
          for (const { Key = '', Size = Number.NaN } of answer.Contents ?? [])
            yield { key: Key.slice(cut), size: Size };
        } catch (error) {
          throw say(error, signal);
        }
      } while (token !== undefined);
    },
    async get(key, sink, signal) {
      const ask = async (from: number) =>
        client.send(
          new GetObjectCommand({
            Bucket,
            Key: keyOf(key),
            ...(from > 0 ? { Range: `bytes=${from}-` } : {}),
            ...secret,
          }),
          { abortSignal: signal },
        );
      try {
        let answer: Awaited<ReturnType<typeof ask>>;
        try {
          answer = await ask(sink.offset);
        } catch (error) {
          if (statusOf(error) !== 416) throw error;
          sink.restart();
          answer = await ask(0);
        }
        const start = Number(/^bytes (\d+)-/.exec(answer.ContentRange ?? '')?.[1] ?? 0);
        if (start !== sink.offset) sink.restart();
        let got = 0;
        for await (const bytes of answer.Body as unknown as AsyncIterable<Uint8Array>) {
          got += bytes.length;
          sink.write(bytes);
        }
        if (start !== sink.offset - got || (answer.ContentLength !== undefined && got !== answer.ContentLength))
          throw passing(`${address} ended its answer early. Check the network, then run this again.`);
        return true;
      } catch (error) {
        const isOther = ['NoSuchBucket', ...BAD_KEY].includes((error as Error).name);
        if (statusOf(error) === 404 && !isOther && !signal.aborted) return false;
        throw say(error, signal);
      }
    },
    async put({ key, path, size, md5 }, signal, onBytes) {
      const Key = keyOf(key);
      const params: PutObjectCommandInput = { Bucket, Key, ...secret, ...extra };
      try {
        if (size <= PART) {
          const Body = readFileSync(path);
          const check = md5 === null ? {} : { ContentMD5: Buffer.from(md5, 'hex').toString('base64') };
          await client.send(new PutObjectCommand({ ...params, ...check, Body }), { abortSignal: signal });
          onBytes(size);
          return;
        }
        await tidy(Key, signal);
        const upload = new Upload({
          client,
          params: { ...params, Body: createReadStream(path, { highWaterMark: 1 << 20 }) },
          partSize: Math.max(PART, Math.ceil(size / MAX_PARTS)),
          queueSize: PARTS_AT_ONCE,
          leavePartsOnError: false,
        });
        let seen = 0;
        upload.on('httpUploadProgress', ({ loaded = 0 }) => {
          onBytes(loaded - seen);
          seen = loaded;
        });
        const stop = (): void => void upload.abort();
        signal.addEventListener('abort', stop, { once: true });
        try {
          await upload.done();
        } finally {
          signal.removeEventListener('abort', stop);
        }
      } catch (error) {
        throw say(error, signal);
      }
    },
    async close() {
      client.destroy();
    },
  };
}

async function clientOf(remote: RemoteSettings): Promise<S3Client> {
  const { settings } = remote;
  const { env } = process;
  // the SDK reads these files where its own variables say; this thread's environment is its own
  if (settings.credentialpath) env.AWS_SHARED_CREDENTIALS_FILE ??= settings.credentialpath;
  if (settings.configpath) env.AWS_CONFIG_FILE ??= settings.configpath;
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = settings;
  const config: S3ClientConfig = {
    ...(settings.region ? { region: settings.region } : {}),
    ...(settings.profile ? { profile: settings.profile } : {}),
    ...(settings.endpointurl ? { endpoint: settings.endpointurl } : {}),
    ...(settings.endpointurl || env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL
      ? { forcePathStyle: true }
      : { followRegionRedirects: true }),
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
    ...(isOn(settings.allow_anonymous_login, false)
      ? { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } }
      : {}),
    tls: isOn(settings.use_ssl, true),
    maxAttempts: 4,
    // many servers do not know the newer checksums; sizes and MD5 are checked here
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: numberOf(remote, 'connect_timeout', 10) * 1000,
      socketTimeout: numberOf(remote, 'read_timeout', 60) * 1000,
      httpsAgent: { keepAlive: true, maxSockets: 64, proxyEnv: env, ...tlsOptions(settings.ssl_verify) },
      httpAgent: { keepAlive: true, maxSockets: 64, proxyEnv: env },
    },
  };
  const client = new S3Client(config);
  try {
    await client.config.region();
    return client;
  } catch {
    // nobody says which: Amazon tells it in its answer, others do not care
    return new S3Client({ ...config, region: env.AWS_DEFAULT_REGION ?? 'us-east-1' });
  }
}

/** DVC's options of encryption and rights: `secret` goes with every request, `extra` with what stores something. */
function encryption(settings: Settings): {
  secret: { SSECustomerAlgorithm?: string; SSECustomerKey?: string };
  extra: Partial<PutObjectCommandInput>;
} {
  const key = settings.sse_customer_key;
  const secret = key ? { SSECustomerAlgorithm: settings.sse_customer_algorithm ?? 'AES256', SSECustomerKey: key } : {};
  const wanted: [keyof PutObjectCommandInput, string | undefined][] = [
    ['ServerSideEncryption', settings.sse],
    ['SSEKMSKeyId', settings.sse_kms_key_id],
    ['ACL', settings.acl],
    ['GrantRead', settings.grant_read],
    ['GrantReadACP', settings.grant_read_acp],
    ['GrantWriteACP', settings.grant_write_acp],
    ['GrantFullControl', settings.grant_full_control],
  ];
  return { secret, extra: Object.fromEntries(wanted.filter(([, value]) => value)) };
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** What the server or the SDK said, without the keys that some of their messages quote. */
function problem(error: unknown, address: string, bucket: string): AppError {
  const { name } = error as Error;
  const fail = (code: 'NOT_FOUND' | 'UNAUTHORIZED' | 'FORBIDDEN' | 'UNAVAILABLE', text: string): AppError =>
    new AppError(code, text, { reason: name });
  if (name === 'NoSuchBucket')
    return fail('NOT_FOUND', `There is no bucket "${bucket}" (${address}). Make it, or correct the remote's url.`);
  if (BAD_KEY.includes(name))
    return fail(
      'UNAUTHORIZED',
      `${address} does not accept the access key (${name}). Check access_key_id, secret_access_key and session_token of the remote, or your AWS profile.`,
    );
  if (['CredentialsProviderError', 'TokenProviderError'].includes(name))
    return fail(
      'UNAUTHORIZED',
      `No access key for ${address} was found. Put access_key_id and secret_access_key in .dvc/config.local, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile.`,
    );
  if (name === 'AccessDenied')
    return fail('FORBIDDEN', `${address} does not let this access key do that (AccessDenied). Check its rights.`);
  if (name === 'RequestTimeTooSkewed')
    return fail('UNAVAILABLE', `The clock of this machine and that of ${address} differ too much. Set it right.`);
  const network = networkProblem(error, address);
  if (network) return network;
  const status = statusOf(error);
  if (status !== undefined && status >= 300) return statusProblem(status, address, null, name);
  return passing(`${address} did not answer as S3 does (${name}). Check endpointurl of the remote.`, null, error);
}
