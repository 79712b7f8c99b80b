import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { selfSigned } from '../../testing/certificate.ts';
import { makePushWorld, type PushWorld } from '../../testing/make-push-world.ts';

let world: PushWorld;
let server: Server;
let asked: number;
const { cert, key } = selfSigned();

beforeEach(async () => {
  asked = 0;
  server = createServer({ cert, key }, (_request, response) => {
    asked++;
    response.writeHead(403).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  world = makePushWorld();
  await world.register('churn', '1.0.0', { 'model.pkl': 'weights' });
});
afterEach(async () => {
  await world.dispose();
  server.closeAllConnections();
  server.close();
});

const KINDS = ['mlflow', 'oci', 'huggingface', 's3'];

test.each(KINDS)('%s: a certificate that nobody vouches for stops all, before a word is sent', async (type) => {
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  const place = type === 's3' ? `url: 's3://models/team', endpoint: '${url}', region: us-east-1` : `url: '${url}'`;
  const declare = (more = ''): void => world.declare(`targets:\n  far: {type: ${type}, ${place}${more}}\n`);
  const ask = { project: 'test', name: 'churn', version: '1.0.0', target: 'far' };
  const error = (): Promise<Error> =>
    world.targets.push(ask, world.work()).then(
      () => Promise.reject(new Error('it was pushed')),
      (problem: Error) => problem,
    );
  declare();
  await world.targets.setSecret('test', 'far', 'key', 'top-secret');
  const { message } = await error();
  expect(message).toMatch(/certificate/);
  expect(message).toMatch(/ca of the target/);
  expect(message).not.toMatch(/top-secret|ssl_verify/);
  expect(asked).toBe(0);
  expect(world.actions()).toEqual([]);
  writeFileSync(join(world.root, 'ca.pem'), cert);
  declare(', ca: ca.pem');
  expect((await error()).message).toMatch(/403|not let/);
  expect(asked).toBeGreaterThan(0);
});
