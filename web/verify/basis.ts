/** What verify.ts stands on: bytes, SHA-256, Ed25519 by WebCrypto, trees, the map, the forms of documents. */
export type Step =
  "form" | "key" | "signature" | "entry" | "receipt" | "log" | "run" | "map" | "row" | "question" | "training";
export class Refused extends Error {
  constructor(readonly step: Step, readonly what: string) { super(`${step}: ${what}`); }
}
export type Bytes = Uint8Array<ArrayBuffer>;
export function must(holds: boolean, step: Step, what: string): asserts holds {
  if (!holds) throw new Refused(step, what);
}
export function attempt<T>(step: Step, what: string, make: () => T): T {
  try { return make(); } catch { throw new Refused(step, what); }
}

// Bytes and hashes.
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
export const readText = (raw: Bytes): string =>
  attempt("form", "not UTF-8", () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw));
export const hex = (raw: Bytes): string => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
export function fromBase64(text: string, step: Step = "form"): Bytes {
  const raw = attempt(step, "not base64", () => atob(text));
  must(btoa(raw) === text, step, "base64 that is not in its one canonical form");
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}
export const fromUrl = (text: string): Bytes => fromBase64(`${text.replace(/-/g, "+").replace(/_/g, "/")}=`);
export function join(...parts: readonly ArrayLike<number>[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
export const sha256 = async (...parts: readonly ArrayLike<number>[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
export async function hmac(salt: Bytes, message: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

// Ed25519. A weak key (not canonical, or of order 1, 2, 4, 8) signs whatever one likes.
const P = 2n ** 255n - 19n;
function power(base: bigint, exponent: bigint): bigint {
  let made = 1n;
  for (; exponent > 0n; exponent >>= 1n, base = base * base % P) if (exponent & 1n) made = made * base % P;
  return made;
}
const D = (P - 121665n) * power(121666n, P - 2n) % P;
export function isWeak(raw: Bytes): boolean {
  const y = BigInt(`0x${hex(raw.slice().reverse())}`) & (2n ** 255n - 1n), y2 = y * y % P;
  return y >= P || y <= 1n || y === P - 1n || (y2 + (y2 - 1n) * power(D * y2 + 1n, P - 2n)) % P === 0n;
}
export async function isSigned(raw: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (raw.length !== 32 || signature.length !== 64 || isWeak(raw)) return false;
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]).catch(() => null);
  return key !== null && crypto.subtle.verify("Ed25519", key, signature, message);
}
export const NAME = /^[^\p{White_Space}+\0-\x1f]{1,255}$/u;
export interface NoteKey { name: string; id: string; raw: Bytes; cosigns: boolean }
/** Parse name+hash+base64(type || key), C2SP signed-note: a log's key, or a witness's. */
export async function parseVkey(vkey: string, cosigns = false): Promise<NoteKey> {
  const [, name = "", id = "", body = ""] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(vkey) ?? [];
  const blob = fromBase64(body, "key");
  must(NAME.test(name) && hex(await sha256(utf8(`${name}\n`), blob)).slice(0, 8) === id, "key", "not a verifier key");
  const fit = blob[0] === (cosigns ? 4 : 1) && blob.length === 33 && !isWeak(blob.slice(1));
  must(fit, "key", `${name} is not an Ed25519 key of a ${cosigns ? "witness" : "log"}`);
  return { name, id, raw: blob.slice(1), cosigns };
}

// Trees. RFC 6962 2.1; an inclusion proof as RFC 9162 2.1.3.2 says.
const node = (left: Bytes, right: Bytes): Promise<Bytes> => sha256([1], left, right);
export const leafHash = (entry: string): Promise<Bytes> => sha256([0], utf8(entry));
export async function treeRoot(leaves: readonly Bytes[]): Promise<Bytes> {
  if (leaves.length === 1) return leaves[0]!;
  const half = 2 ** (31 - Math.clz32(leaves.length - 1));
  return node(await treeRoot(leaves.slice(0, half)), await treeRoot(leaves.slice(half)));
}
export async function isIncluded(
  leaf: Bytes, index: bigint, size: bigint, path: readonly Bytes[], root: Bytes,
): Promise<boolean> {
  let at = index, last = size - 1n, hash = leaf;
  for (const sibling of path) {
    if (last <= 0n || sibling.length !== 32) return false;
    const right = (at & 1n) === 1n || at === last;
    hash = right ? await node(sibling, hash) : await node(hash, sibling);
    while (right && (at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    [at, last] = [at >> 1n, last >> 1n];
  }
  return index < size && last === 0n && path.length <= 63 && root.length === 32 && hex(hash) === hex(root);
}
// The map of a run's files (docs/reference/membership.md): where a key stands follows from its bits alone.
const bitOf = (key: Bytes, bit: number): number => key[bit >> 3]! >> (7 - (bit & 7)) & 1;
/** Walk from the leaf of a key up to the root; `asked` must be on the same side at every step. */
async function climbs(root: Bytes, asked: Bytes, key: Bytes, value: Bytes, steps: Bytes): Promise<void> {
  let hash = await sha256([0, 32], key, [32], value), last = 256;
  for (let at = 0; at < steps.length; ) {
    const wide = steps[at]! >> 7, bit = wide ? steps[at]! & 127 | 128 : steps[at]!;
    const mark = steps.slice(at, at + 1 + wide), sibling = steps.slice(at + 1 + wide, at + 33 + wide);
    must(sibling.length === 32 && (!wide || mark[1] === 1) && bit < last, "map", "not the steps of a proof of the map");
    must(bitOf(asked, bit) === bitOf(key, bit), "map", "the proof is for another key");
    hash = bitOf(key, bit) ? await sha256([1], mark, sibling, hash) : await sha256([1], mark, hash, sibling);
    [at, last] = [at + 33 + wide, bit];
  }
  must(hex(hash) === hex(root), "map", "the proof does not lead to the root of the map");
}
export const verifyPresent = (root: Bytes, key: Bytes, value: Bytes, proof: Bytes): Promise<void> =>
  climbs(root, key, key, value, proof);
export async function verifyAbsent(root: Bytes, key: Bytes, proof: Bytes): Promise<void> {
  if (proof.length === 0) return must(hex(root) === hex(await sha256()), "map", "the map is not empty");
  const found = proof.slice(1, 33);
  must(proof.length >= 66 && proof[0] === 32 && proof[33] === 32, "map", "not a proof of absence");
  must(hex(found) !== hex(key), "map", "the proof of absence ends at the key itself");
  await climbs(root, key, found, proof.slice(34, 66), proof.slice(66));
}

/** Parse a number as logs write it. */
export function decimal(text: string): bigint {
  must(/^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) < 2n ** 63n, "receipt", "not a number");
  return BigInt(text);
}

// JSON in its one form. The form of a document: a pattern, Number (whole, not below 0), Boolean, a number
// that stands there, [form of every item], or the fields and the form of each; no field may be unknown.
class Or<F, N extends null | undefined> { constructor(readonly form: F, readonly other: N) {} }
class Part<F> { constructor(readonly form: F) {} }
const maybe = <F>(form: F): Or<F, null> => new Or(form, null);
const optional = <F>(form: F): Or<F, undefined> => new Or(form, undefined);
export type Of<F> = F extends RegExp ? string : F extends NumberConstructor ? number
  : F extends BooleanConstructor ? boolean : F extends Or<infer G, infer N> ? Of<G> | N
  : F extends Part<infer G> ? Of<G> : F extends number ? F
  : F extends readonly (infer G)[] ? Of<G>[] : { [K in keyof F]: Of<F[K]> };
type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
function fits(value: unknown, form: unknown): boolean {
  if (form instanceof RegExp) return typeof value === "string" && form.test(value);
  if (form === Number) return Number.isSafeInteger(value) && (value as number) >= 0;
  if (form === Boolean) return typeof value === "boolean";
  if (typeof form === "number") return value === form;
  if (form instanceof Or) return value === form.other || fits(value, form.form);
  if (Array.isArray(form)) return Array.isArray(value) && value.every((one) => fits(one, form[0]));
  const inner = form instanceof Part ? form.form as Tree : form as Tree;
  return isTree(value) && (form instanceof Part || Object.keys(value).every((name) => Object.hasOwn(inner, name)))
    && Object.entries(inner).every(([name, one]) => fits(value[name], one));
}
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const field = (name: string): string => `${canonical(name)}:${canonical((value as Tree)[name])}`;
  if (isTree(value)) return `{${Object.keys(value).sort().map(field).join()}}`;
  must(typeof value !== "number" || Number.isSafeInteger(value), "form", "a number that is not whole");
  must(typeof value !== "string" || value.isWellFormed(), "form", "text that is not Unicode");
  return JSON.stringify(value);
}
/** Tell whether an object of a JSON document has a key twice: JSON.parse takes the last one and says nothing. */
function isTwice(document: string): boolean {
  const open: (Set<string> | null)[] = [];
  for (const [token, text, colon] of document.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    const inner = open[open.length - 1], name = colon === undefined ? null : JSON.parse(text!) as string;
    if (name !== null && inner?.has(name)) return true;
    if (name !== null) inner?.add(name);
    else if (token === "{" || token === "[") open.push(token === "{" ? new Set() : null);
    else if (token === "}" || token === "]") open.pop();
  }
  return false;
}
export function read<F>(document: string, form: F, inOneForm: (value: unknown) => string = canonical): Of<F> {
  const value = attempt("form", "not JSON", () => JSON.parse(document) as unknown);
  must(!isTwice(document), "form", "a key stands twice, and nobody can say which of them counts");
  must(attempt("form", "no form", () => inOneForm(value)) === document, "form", "not canonical JSON");
  must(fits(value, form), "form", "not the fields of such a document");
  return value as Of<F>;
}
const TEXT = /^/, HEX = /^[0-9a-f]{64}$/, KEY = /^ed25519:[\w-]{43}$/, DAY = /^\d{4}-\d\d-\d\d$/, ONE = 1 as const;
const TIME = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}Z$/;
export const ENTRY =
  /^\{"at":(\d|[1-9]\d{1,7}),"c":"([\w-]{43})","p":(?:null|"(?:\d|[1-9]\d{1,17})"),"t":"(pub|r)","v":1\}$/;
export const ENVELOPE = { payload: TEXT, payloadType: /^.{0,120}$/su, signatures: [{ keyid: KEY, sig: TEXT }] };
export const COMMITTED = { entry: ENTRY, index: Number, origin: TEXT, salt: TEXT, statement: TEXT, v: ONE, vkey: TEXT };
export const WAITING = { origin: TEXT, salt: TEXT, statement: TEXT, v: ONE, vkey: TEXT };
export const LOGGED = { ...COMMITTED, receipt: TEXT }, SEAL = { ...COMMITTED, row_key: maybe(TEXT) };
export const RECORD = { at: TIME, files: new Part({ "public.json": optional(HEX) }), manifest: HEX, operator: KEY,
  reviewers: optional([KEY]), sample: optional(Number), v: ONE };
export const PUBLIC = new Part({ operator: new Part({ key: KEY }), units: [{ rows: Number, rows_root: HEX }],
  membership: optional({ files: maybe(Number), nonce: HEX, root: HEX, rows: Number }),
  sample: maybe(new Part({ of: Number })) });
export const QUESTION = { asked: [{ pdq: [HEX], sha256: maybe(HEX) }], asker: KEY, basis: /^(public|holder|authority)$/,
  entry: maybe(/^e-[0-9a-f]{32}$/), holder: maybe(KEY), kind: maybe(/^(work|character|likeness)$/), on: DAY,
  operator: maybe(KEY), standing: maybe(HEX), v: ONE };
export const ROWS = [{ index: Number, path: [HEX], row: TEXT, unit: Number }];
export const ROW = { bytes: Number, findings: [HEX], item: TEXT, media_type: TEXT, outcome: TEXT, pdq: optional([HEX]),
  problem: TEXT, reason: TEXT, salt: HEX, sha256: maybe(HEX) };
export const EXACT = { proof: TEXT, rows: ROWS, value: maybe(HEX) }, NEAR = { more: Number, rows: ROWS };
export const FOUND = { exact: maybe(EXACT), near: maybe(NEAR), refused: optional(/^not_of_entry$/) };
export const ANSWER = { at: TIME, edition: optional(HEX),
  evidence: maybe({ public: TEXT, receipt: TEXT, seal: TEXT }), found: [FOUND],
  operator: KEY, question: TEXT, training: [TEXT], v: ONE,
  refusal: maybe(/^(only_exact|not_trusted|no_authority|other_operator|no_map|unknown_entry)$/) };
export const TRAINING = { at: TIME, complete: Boolean, model: HEX, operator: KEY, runs: [{ public: HEX, root: HEX }],
  v: ONE };
/** Tell whether the fields of a question go together: what a work names, what a likeness must not name. */
export function isWhole({ asked, basis, entry, holder, kind, standing }: Of<typeof QUESTION>): boolean {
  const ofHolder = basis === "holder", ofLikeness = ofHolder && kind === "likeness", ofWork = ofHolder && !ofLikeness;
  const named = entry !== null && holder !== null, nothing = entry === null && holder === null;
  return (ofWork ? named : nothing) && ofLikeness === (standing !== null) && (kind === null) === (basis === "public")
    && asked.every((one) => one.pdq.length <= 8 && (one.sha256 !== null || one.pdq.length > 0))
    && asked.length > 0 && asked.length <= 1000;
}
/** Tell whether a question gives cause for a refusal; whether a run has a map only the operator knows. */
export function gives({ asked, basis, entry, operator }: Of<typeof QUESTION>, refusal: string, by: string): boolean {
  return refusal === "no_map" || refusal === "other_operator" && ![null, by].includes(operator)
    || refusal === "only_exact" && basis === "public" && asked.some((one) => one.pdq.length > 0)
    || refusal === "not_trusted" && basis === "holder" || refusal === "no_authority" && basis === "authority"
    || refusal === "unknown_entry" && entry !== null;
}
/** Return the fewest bits by which PDQs differ: the upright one by up to 31, turned ones by up to 20. */
export function distance(asked: readonly string[], row: readonly string[]): number {
  const differ = (one: string, other: string): number =>
    (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll("0", "").length;
  const bits = asked.flatMap((one, turn) => row.map((other) => [differ(one, other), turn > 0 ? 20 : 31] as const));
  return Math.min(...bits.filter(([found, most]) => found <= most).map(([found]) => found));
}
