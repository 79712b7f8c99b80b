import type { ServerResponse } from 'node:http';

const CODES: Readonly<Record<string, readonly [status: number, message: string]>> = {
  BLOB_UNKNOWN: [404, 'blob unknown to registry'],
  BLOB_UPLOAD_INVALID: [416, 'the piece does not begin where the upload ends'],
  BLOB_UPLOAD_UNKNOWN: [404, 'blob upload unknown to registry'],
  BLOB_UPLOAD_BUSY: [409, 'another request writes to this upload'],
  DENIED: [403, 'requests from web pages are refused'],
  DIGEST_INVALID: [400, 'provided digest did not match uploaded content'],
  MANIFEST_BLOB_UNKNOWN: [400, 'manifest references a blob that is not there'],
  MANIFEST_INVALID: [400, 'manifest invalid'],
  MANIFEST_TOO_LARGE: [413, 'manifest too large'],
  MANIFEST_UNKNOWN: [404, 'manifest unknown to registry'],
  NAME_INVALID: [400, 'invalid repository name'],
  NAME_UNKNOWN: [404, 'repository name not known to registry'],
  TAG_INVALID: [400, 'invalid tag or digest'],
  UNAUTHORIZED: [401, 'authentication required'],
  UNKNOWN: [500, 'unknown error'],
  DISK_FULL: [507, 'the disk does not take it'],
  UNSUPPORTED: [405, 'the operation is unsupported'],
};

/** Answers with an error as registries do (distribution specification, error codes). */
export function refuse(
  response: ServerResponse,
  code: keyof typeof CODES,
  headers: Readonly<Record<string, string>> = {},
  detail: unknown = null,
): void {
  if (response.headersSent) return void response.destroy();
  const [status, message] = CODES[code]!;
  sendJson(response, status, { errors: [{ code, message, detail }] }, headers);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
  response.end(body);
}

export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-length': 0, ...headers }).end();
}
