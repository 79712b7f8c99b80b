import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { cancelled } from '../../remotes/problems.ts';
import { type RetryPolicy, retrying } from '../../remotes/retry.ts';
import type { Web, WebAnswer, WebAsk } from '../../web/client.ts';
import { answerProblem, printable } from '../../web/problems.ts';
import type { DriverOptions } from '../driver.ts';

const Told = z.object({ error_code: z.string().catch(''), message: z.string().catch('') });
/** One request; the engine tries the whole push again. */
const RETRY: RetryPolicy = { attempts: 4, baseMs: 200, maxMs: 5000 };

export type Query = Readonly<Record<string, string | number | readonly string[]>>;

export type Rest = {
  /** how sentences call the server */
  readonly address: string;
  /** `https://host/prefix`, without a slash at the end */
  readonly base: string;
  readonly signal: AbortSignal;
  /** A call of MLflow's REST API below `/api/2.0/mlflow/`; its JSON, checked. GET sends `input` as query, others as body. */
  call<T>(method: string, path: string, input: Query | object, shape: z.ZodType<T>): Promise<T>;
  /** Any request to the server, with who we are. Statuses that are no success are thrown, except those in `allow`. */
  ask(ask: Omit<WebAsk, 'signal' | 'url'> & { readonly path: string }, allow?: readonly number[]): Promise<WebAnswer>;
  /** A request to another address, which must not learn who we are. */
  bare(ask: Omit<WebAsk, 'signal'>): Promise<WebAnswer>;
  /** Does work again while its error may pass. */
  again<T>(work: () => Promise<T>): Promise<T>;
  /** @throws AppError CANCELLED */
  wait(ms: number): Promise<void>;
};

export type RestOptions = {
  readonly web: Web;
  readonly base: string;
  readonly name: string;
  readonly secret: DriverOptions['secret'];
  readonly retry?: RetryPolicy | undefined;
};

/** Speaks with one MLflow server for one piece of work. */
export function createRest({ web, base, name, secret, retry = RETRY }: RestOptions, signal: AbortSignal): Rest {
  const address = `${name} (${base})`;
  const login: Record<string, string> = secret ? { authorization: authorization(secret) } : {};

  const ask: Rest['ask'] = async ({ path, ...rest }, allow = []) => {
    const answer = await web.ask({
      ...rest,
      url: `${base}${path}`,
      headers: { ...login, ...rest.headers },
      signal,
    });
    if ((answer.status >= 200 && answer.status < 300) || allow.includes(answer.status)) return answer;
    throw await problemOf(answer, address);
  };
  const again: Rest['again'] = (work) => retrying(work, { signal, policy: retry });

  return {
    address,
    base,
    signal,
    ask,
    again,
    bare: (bare) => web.ask({ ...bare, signal, redirect: 'manual' }),
    async call(method, path, input, shape) {
      const query = method === 'GET' ? `?${queryOf(input as Query)}` : '';
      const answer = await ask({
        method,
        path: `/api/2.0/mlflow/${path}${query}`,
        ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) }),
      });
      const parsed = shape.safeParse(await answer.json(16 << 20));
      if (parsed.success) return parsed.data;
      throw new AppError(
        'UNAVAILABLE',
        `${address} does not answer as MLflow servers do (mlflow/${path}). Check the url of the target in assay.yaml.`,
      );
    },
    async wait(ms) {
      await pause(ms, undefined, { signal }).catch(() => {
        throw cancelled();
      });
    },
  };
}

/** Basic with a user, else a bearer token. */
const authorization = ({ user, secret }: NonNullable<DriverOptions['secret']>): string =>
  user === null ? `Bearer ${secret}` : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;

function queryOf(input: Query): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input))
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one));
  return query.toString();
}

/** MLflow's `{error_code, message}` as an AppError whose data has `errorCode` (mlflow/exceptions.py). */
async function problemOf(answer: WebAnswer, address: string): Promise<AppError> {
  const text = await answer.text(100_000).catch(() => '');
  let told: z.infer<typeof Told> | null = null;
  try {
    told = Told.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // a proxy in front answers with a page of its own
  }
  const errorCode = told?.error_code ?? '';
  const { status } = answer;
  if (status >= 300 && status < 400)
    return new AppError(
      'UNAVAILABLE',
      `${address} sends elsewhere (${status}), where what is sent must not go. Write the address it leads to as url of the target.`,
      { status, errorCode },
    );
  const problem = answerProblem(answer, address, told?.message || null);
  if (status === 400 || errorCode === 'RESOURCE_ALREADY_EXISTS')
    return new AppError(
      'CONFLICT',
      `${address} refuses this (${printable(errorCode) || status}): ${printable(told?.message ?? '') || 'it does not say why'}. Look at what it has, or at the target in assay.yaml.`,
      { status, errorCode },
    );
  return new AppError(problem.code, problem.message, { ...problem.data, errorCode });
}

/** Whether an error is MLflow's own of this code. */
export const isTold = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof AppError && codes.includes(String(error.data.errorCode));

/** Null instead of an error that says that there is none. */
export const orNull = <T>(work: Promise<T>): Promise<T | null> =>
  work.catch((error: unknown) => {
    if (isTold(error, 'RESOURCE_DOES_NOT_EXIST', 'NOT_FOUND')) return null;
    throw error;
  });
