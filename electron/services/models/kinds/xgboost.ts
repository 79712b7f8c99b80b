import { jsonUpTo, member, piece } from './bounded-json.ts';
import { clean, type Finding, fact, finding, type KindFile, warn } from './finding.ts';
import { openForward } from './forward.ts';
import { readUbj } from './ubj.ts';

/** A JSON model above this is looked at in its beginning and end only. */
const MAX_JSON = 64 * 1024 * 1024;
const LOOK = 64 * 1024;

/** The objectives by which a model in the old binary form is recognised: it has no magic number. */
const OBJECTIVE = /(reg|binary|multi|rank|survival|count):[a-z:_]+/;

/** XGBoost's JSON (xgboost doc/model.schema). */
export function readXgboostJson(file: KindFile): Finding {
  const model = jsonUpTo(file.file, file.size, MAX_JSON);
  if (model !== null) return describe(file, model, 'JSON');
  const found = finding('xgboost', file.path, 'XGBoost');
  const start = piece(file.file, 0, Math.min(LOOK, file.size)).toString();
  const end = piece(file.file, Math.max(0, file.size - LOOK), Math.min(LOOK, file.size)).toString();
  found.libraryVersion = /"version":\s*\[\s*(\d+),\s*(\d+),\s*(\d+)\s*\]/.exec(end)?.slice(1, 4).join('.') ?? null;
  const objective = /"objective":\s*\{[^{}]*"name":\s*"([^"]{1,60})"/.exec(end)?.[1];
  if (objective) found.title = `XGBoost, ${clean(objective, 60)}`;
  fact(found, 'objective', objective);
  fact(found, 'features', /"num_feature":\s*"(\d+)"/.exec(start + end)?.[1]);
  fact(found, 'format', 'JSON');
  if (file.size > MAX_JSON) fact(found, 'read', 'its beginning and its end only');
  else warn(found, `${file.path}: it is no complete JSON.`);
  return found;
}

/** XGBoost's Universal Binary JSON. */
export async function readXgboostUbj(file: KindFile): Promise<Finding> {
  const { forward, close } = await openForward(file.file);
  try {
    return describe(file, await readUbj(forward), 'UBJSON');
  } finally {
    await close();
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function describe(file: KindFile, model: unknown, format: string): Finding {
  const found = finding('xgboost', file.path, 'XGBoost');
  const learner = member(model, 'learner');
  const version = member(model, 'version');
  if (Array.isArray(version) && version.every((one) => typeof one === 'number'))
    found.libraryVersion = version.join('.');
  const objective = text(member(learner, 'objective', 'name'));
  const booster = text(member(learner, 'gradient_booster', 'name'));
  // a DART booster keeps its trees one level deeper
  const trees =
    member(learner, 'gradient_booster', 'model', 'trees') ??
    member(learner, 'gradient_booster', 'gbtree', 'model', 'trees');
  const count = (value: unknown): number | null => {
    if (Array.isArray(value)) return value.length;
    const counted = member(value, 'counted');
    return typeof counted === 'number' ? counted : null;
  };
  found.title = `XGBoost${objective ? `, ${clean(objective, 60)}` : ''}`;
  fact(found, 'objective', objective);
  fact(found, 'booster', booster);
  fact(found, 'trees', count(trees));
  fact(found, 'features', text(member(learner, 'learner_model_param', 'num_feature')));
  const classes = text(member(learner, 'learner_model_param', 'num_class'));
  if (classes !== '0') fact(found, 'classes', classes);
  const names = member(learner, 'feature_names');
  const types = member(learner, 'feature_types');
  if (Array.isArray(names) && names.length > 0) {
    fact(found, 'feature names', names.filter((name) => typeof name === 'string').join(', '));
    found.signature = {
      inputs: names.slice(0, 2000).map((name, i) => ({
        name: String(name),
        type: columnType(Array.isArray(types) ? types[i] : undefined),
        required: true,
        shape: null,
      })),
      outputs: [
        {
          name: null,
          type: 'float32',
          required: true,
          shape: classes && classes !== '0' ? [-1, Number(classes)] : [-1],
        },
      ],
    };
  }
  fact(found, 'format', format);
  return found;
}

const columnType = (type: unknown): string =>
  type === 'int' ? 'long' : type === 'i' ? 'boolean' : type === 'c' ? 'string' : 'double';

/** XGBoost's old binary form, which versions after 2 do not read any more. */
export function readXgboostBinary(file: KindFile, head: Buffer): Finding {
  const found = finding('xgboost', file.path, 'XGBoost, old binary form');
  fact(found, 'objective', OBJECTIVE.exec(head.toString('latin1', 0, 1024))?.[0]);
  const at = head.toString('latin1', 0, 4) === 'binf' ? 4 : 0;
  fact(found, 'features', head.readUInt32LE(at + 4));
  const [major, minor] = [head.readUInt32LE(at + 20), head.readUInt32LE(at + 24)];
  if (major > 0 && major < 10 && minor < 100) found.libraryVersion = `${major}.${minor}`;
  warn(
    found,
    'Its binary form is not read by XGBoost 3 any more: save it as .json or .ubj with the version that wrote it.',
  );
  return found;
}

/** `LearnerModelParamLegacy`, 136 bytes, then the length and the name of the objective. */
export function looksLikeXgboostBinary(head: Buffer): boolean {
  const at = head.toString('latin1', 0, 4) === 'binf' ? 4 : 0;
  if (head.length < at + 160) return false;
  const length = head.readBigUInt64LE(at + 136);
  return length < 64n && OBJECTIVE.test(head.toString('latin1', at + 144, at + 144 + Number(length)));
}
