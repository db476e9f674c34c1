/**
 * A second verifier of Sekisho's evidence. It shares no line with the one in Python, reads no clock, asks
 * nobody, and needs only WebCrypto. Every function returns what holds, or throws `Refused` with the step
 * that does not. Formats: docs/reference/membership.md and formats.md; DSSE v1; C2SP signed-note,
 * tlog-checkpoint, tlog-cosignature and tlog-proof.
 */
import * as form from "./basis";
import {
  decimal, distance, fromBase64, fromHex, fromUrl, hex, hmac, isIncluded, isSigned, isWeak, join, leafHash, must, NAME,
  parseVkey, read, readText, sha256, treeRoot, utf8, verifyAbsent, verifyPresent, type Bytes, type NoteKey, type Of,
} from "./basis";
/** What the reader knows from elsewhere: the log's key, and witnesses, all of whom must have cosigned. */
export interface Trust { readonly log?: string | undefined; readonly witnesses?: readonly string[] }
export interface Statement { type: string; payload: Bytes; signer: string }
export async function openStatement(document: string, name?: string): Promise<Statement> {
  const { payload, payloadType: type, signatures: [mark, more] } = read(document, form.ENVELOPE);
  const body = fromBase64(payload);
  must(mark !== undefined && more === undefined, "form", "a statement has one signature");
  must(type === (name ? `application/vnd.sekisho.${name}.v1+json` : type), "form", `${type}, not of the type ${name}`);
  const raw = fromUrl(mark.keyid.slice(8)), pae = utf8(`DSSEv1 ${utf8(type).length} ${type} ${body.length} `);
  must(!isWeak(raw), "key", `the key ${mark.keyid} is weak`);
  must(await isSigned(raw, fromBase64(mark.sig), join(pae, body)), "signature", `${mark.keyid} has not signed this`);
  return { type, payload: body, signer: mark.keyid };
}

// The log: signed notes, checkpoints, receipts.
/** Return a note's text, and the signature of each key that has signed it; those of known keys must hold. */
export async function openNote(note: string, keys: readonly NoteKey[]): Promise<[string, Map<NoteKey, Bytes>]> {
  const end = note.lastIndexOf("\n\n"), lines = note.slice(end + 2).split("\n"), text = note.slice(0, end + 1);
  const formed = end >= 0 && lines.pop() === "" && lines.length <= 64 && !/[\0-\x09\x0b-\x1f]/.test(note);
  must(formed, "receipt", "not a signed note");
  const held = new Map<NoteKey, Bytes>();
  for (const line of lines) {
    const [, name = "", body = ""] = /^\u2014 ([^ ]*) (.*)$/su.exec(line) ?? [], blob = fromBase64(body, "receipt");
    must(NAME.test(name) && blob.length > 4, "receipt", "not a line with a signature");
    const key = keys.find((one) => one.name === name && one.id === hex(blob.slice(0, 4)));
    if (key === undefined) continue;
    const time = key.cosigns ? `cosignature/v1\ntime ${BigInt(`0x${hex(blob.slice(4, 12))}`)}\n` : "";
    const fit = blob.length === (key.cosigns ? 76 : 68) && !held.has(key);
    must(fit && await isSigned(key.raw, blob.slice(-64), utf8(time + text)), "receipt", `${name} has not signed this`);
    held.set(key, blob.slice(4));
  }
  return [text, held];
}
type Seen = { name: string; seconds: bigint }[];
export interface Place { index: bigint; size: bigint; vkey: string; seen: Seen; hour: number; kind: string }
/** Return where a log has an entry, by a tlog-proof: path, checkpoint, signatures. */
async function openReceipt(receipt: string, { entry, origin, vkey }: Committed, trust: Trust): Promise<Place> {
  must((trust.log ?? vkey) === vkey, "log", `the receipt is of the log ${vkey}, not of ${trust.log}`);
  const log = await parseVkey(vkey);
  const witnesses = await Promise.all((trust.witnesses ?? []).map((one) => parseVkey(one, true)));
  const end = receipt.indexOf("\n\n"), [header, ...lines] = receipt.slice(0, end).split("\n");
  if (lines[0]?.startsWith("extra ")) fromBase64(lines.shift()!.slice(6), "receipt");
  const [place = "", ...path] = lines;
  const formed = header === "c2sp.org/tlog-proof@v1" && place.startsWith("index ");
  must(end > 0 && formed, "receipt", "not a tlog-proof");
  const [text, held] = await openNote(receipt.slice(end + 2), [log, ...witnesses]);
  const [name, width = "", root = "", ...rest] = text.split("\n"), size = decimal(width);
  must(name === origin && rest.length === 1, "receipt", `not a checkpoint of ${origin}`);
  must(held.has(log), "receipt", `${log.name} has not signed the checkpoint`);
  for (const one of witnesses) must(held.has(one), "log", `the witness ${one.name} has not cosigned the checkpoint`);
  const index = decimal(place.slice(6)), leaf = await leafHash(entry);
  const [top = fromHex(""), ...hashes] = [root, ...path].map((line) => fromBase64(line, "receipt"));
  must(await isIncluded(leaf, index, size, hashes, top), "receipt", "the inclusion proof does not lead to the root");
  const seen = witnesses.map((one) => ({ name: one.name, seconds: BigInt(`0x${hex(held.get(one)!.slice(0, 8))}`) }));
  const [, hour, , kind = ""] = form.ENTRY.exec(entry)!;
  return { index, size, vkey, seen, hour: Number(hour), kind };
}
type Committed = Of<typeof form.COMMITTED>;
async function onLog(signed: Bytes, made: Committed, receipt: string, trust: Trust, type?: string): Promise<Place> {
  const [, hour, digest = "", kind] = form.ENTRY.exec(made.entry)!, salt = fromBase64(made.salt);
  must(salt.length === 32 && Number(hour) <= 10_000_000, "form", "a salt has 32 bytes, an hour has at most 8 digits");
  const commitment = await hmac(salt, join(utf8(`sekisho/commit/v1\0${type ?? kind}\0`), signed));
  must(hex(commitment) === hex(fromUrl(digest)), "entry", "the entry of the log does not commit to what was signed");
  const place = await openReceipt(receipt, made, trust);
  must(place.index === BigInt(made.index), "receipt", `the receipt is for entry ${place.index}, not ${made.index}`);
  return place;
}
/** Where a log has it; null: the receipt follows with the log's next batch. */
export type Logged = Statement & { place: Place | null };
export async function verifyLogged(document: string, trust: Trust, name?: string): Promise<Logged> {
  if (document.startsWith('{"origin":')) {
    const made = read(document, form.WAITING), alone = trust.log === undefined && !trust.witnesses?.length;
    must(alone, "log", "its receipt follows, so that no key of a log or witness says anything about it yet");
    must(fromBase64(made.salt).length === 32, "form", "a salt has 32 bytes");
    return { ...await openStatement(made.statement, name), place: null };
  }
  const made = read(document, form.LOGGED), statement = await openStatement(made.statement, name);
  return { ...statement, place: await onLog(utf8(made.statement), made, made.receipt, trust) };
}

// Runs, questions, training statements, answers.
export type Seal = Of<typeof form.RECORD> & { place: Place; secret: boolean };
export async function verifySeal(document: string, receipt: string, trust: Trust, digest?: string): Promise<Seal> {
  const ordered = (value: unknown): string => `${JSON.stringify(value, Object.keys(form.SEAL).sort(), 1)}\n`;
  const seal = read(document, form.SEAL, ordered), statement = await openStatement(seal.statement, "seal");
  const record = read(readText(statement.payload), form.RECORD);
  must(statement.signer === record.operator, "signature", "the seal is signed by another than it names");
  must(digest === undefined || digest === record.files["public.json"], "run", "public.json is not the sealed one");
  const place = await onLog(statement.payload, seal, receipt, trust, "pub");
  return { ...record, place, secret: seal.row_key !== null };
}
export interface Run { seal: Seal; facts: Of<typeof form.PUBLIC>; digest: string }
export async function verifyRun(facts: string, seal: string, receipt: string, trust: Trust): Promise<Run> {
  const digest = hex(await sha256(utf8(facts))), sealed = await verifySeal(seal, receipt, trust, digest);
  const known = read(facts, form.PUBLIC, () => facts);
  must(known.operator.key === sealed.operator, "run", "the seal is by another operator than public.json names");
  return { seal: sealed, facts: known, digest };
}
export type Question = Of<typeof form.QUESTION>;
export async function openQuestion(document: string): Promise<Question> {
  const signed = await openStatement(document, "question"), asked = read(readText(signed.payload), form.QUESTION);
  must(form.isWhole(asked), "form", "fields that do not go together");
  must(signed.signer === asked.asker, "signature", "the question is signed by another than it names");
  return asked;
}
export type Training = Of<typeof form.TRAINING> & { place: Place };
export async function verifyTraining(document: string, trust: Trust): Promise<Training> {
  const signed = await verifyLogged(document, trust, "training");
  const stated = read(readText(signed.payload), form.TRAINING), runs = new Set(stated.runs.map((run) => run.public));
  must(runs.size > 0 && runs.size === stated.runs.length && runs.size <= 1000, "form", "1-1000 runs, each named once");
  must(signed.signer === stated.operator, "signature", "the training statement is signed by another than it names");
  must(signed.place !== null, "receipt", "a training statement has a receipt");
  return { ...stated, place: signed.place };
}
export type Row = Of<typeof form.ROW>;
async function openRows(rows: Of<typeof form.ROWS>, run: Run, shut: boolean): Promise<Row[]> {
  must(!shut || rows.length === 0, "row", "a row was opened for a public question");
  return Promise.all(rows.map(async ({ unit, index, row, path }, number) => {
    const before = rows[number - 1] ?? { unit: -1, index: -1 }, of = run.facts.units[unit];
    const after = unit > before.unit || unit === before.unit && index > before.index;
    must(after, "row", "an opened row stands twice or out of order");
    const [size, root] = [BigInt(of?.rows ?? 0), fromHex(of?.rows_root ?? "")];
    const holds = await isIncluded(await leafHash(row), BigInt(index), size, path.map(fromHex), root);
    must(holds, "row", "not a row of the sealed run");
    return read(row, form.ROW);
  }));
}
type Asked = Question["asked"][number];
type Found = Of<typeof form.FOUND>;
/** Return what holds of one file; `present` and `near` are null where that was not asked. */
async function verifyFile({ sha256: bytes, pdq }: Asked, { exact, near, refused }: Found, run: Run, shut: boolean) {
  const nonce = fromHex(run.facts.membership!.nonce), root = fromHex(run.facts.membership!.root);
  must(refused === undefined || !near && !exact?.rows.length, "row", "of what is refused no row is opened");
  const fit = (bytes === null) === (exact === null) && (pdq.length === 0 || refused !== undefined) === (near === null);
  must(fit, "question", "not what was asked is answered");
  const same = await openRows(exact?.rows ?? [], run, shut);
  if (bytes !== null && exact) {
    const key = await sha256(utf8("sekisho/m/v1"), nonce, fromHex(bytes)), proof = fromBase64(exact.proof);
    if (exact.value === null) await verifyAbsent(root, key, proof);
    else await verifyPresent(root, key, fromHex(exact.value), proof);
    const leaves = await Promise.all(exact.rows.map((one) => leafHash(one.row)));
    const whole = same.length === 0 || hex(await treeRoot(leaves)) === exact.value;
    must(whole, "row", "the opened rows are not those that the map has");
    must(same.every((row) => row.sha256 === bytes), "row", "a row was opened that has other bytes");
  }
  const others = await openRows(near?.rows ?? [], run, shut);
  const alike = others.map((row) => ({ row, bits: distance(pdq, row.pdq ?? []) }));
  must(alike.every(({ bits }) => Number.isFinite(bits)), "row", "a row was opened as near whose picture is not");
  const lacks = exact?.value === null && others.some((row) => row.sha256 === bytes);
  must(!lacks, "row", "the map lacks the file, but a row with its bytes is opened");
  return { bytes, present: exact && exact.value !== null, same, near: near && alike, more: near?.more ?? 0, refused };
}
export type File = Awaited<ReturnType<typeof verifyFile>>;
export interface Answer
{ operator: string; refusal: string | null; at: string; asked: Question; place: Place | null; late: boolean }
export interface Answered extends Answer { run: Run | null; files: File[]; training: Training[] }
/** Verify everything in an answer; `question` is the one that was asked, if the reader has it. */
export async function verifyAnswer(document: string, trust: Trust, question?: string): Promise<Answered> {
  const signed = await verifyLogged(document, trust, "answer"), stated = read(readText(signed.payload), form.ANSWER);
  const { operator, refusal, evidence, found, at } = stated, asked = await openQuestion(stated.question);
  const refused = evidence === null && found.length === 0, answered = evidence !== null && found.length > 0;
  must(refusal === null ? answered : refused, "form", "neither an answer nor a refusal");
  must(signed.signer === operator, "signature", "the answer is signed by another than it names");
  must(refused || [null, operator].includes(asked.operator), "question", "the question was for another operator");
  must(refusal === null || form.gives(asked, refusal, operator), "question", `no cause to refuse it as ${refusal}`);
  must((question?.trim() ?? stated.question) === stated.question, "question", "the answer is to another question");
  const onEntry = stated.edition !== undefined || found.some((one) => one.refused !== undefined);
  must(!onEntry || asked.entry !== null, "question", "the question stands on no entry, but an edition was looked into");
  const after = signed.place ? signed.place.hour - Math.floor(Date.parse(at) / 3_600_000) : 0;
  const atOnce = asked.basis === "public" && signed.place?.kind === "pub";
  must(after === 0 || after > 0 && !atOnce, "entry", "the answer names another hour than the log");
  const done = { operator, refusal, at, asked, place: signed.place, late: after > 1 };
  if (evidence === null) return { ...done, run: null, files: [], training: [] };
  const run = await verifyRun(evidence.public, evidence.seal, evidence.receipt, trust), map = run.facts.membership;
  must(!run.seal.secret, "run", "the seal holds the key to every row of the run");
  must(run.seal.operator === operator && map !== undefined, "run", "a run of another operator, or without a map");
  const rows = run.facts.units.reduce((sum, unit) => sum + BigInt(unit.rows), 0n);
  must(rows === BigInt(map!.rows), "run", "public.json says of its map another number of rows than of its units");
  const sampled = (run.seal.sample ?? 0) > 0, told = run.facts.sample !== null;
  must(sampled === told, "run", "the seal says something else than public.json about a sample");
  must(found.length === asked.asked.length, "question", "not as many files were asked for as are answered");
  const one = (of: Found, number: number) => verifyFile(asked.asked[number]!, of, run, asked.basis === "public");
  const files = await Promise.all(found.map(one));
  const training = await Promise.all(stated.training.map((made) => verifyTraining(made, trust)));
  for (const made of training) {
    const names = made.runs.some((of) => of.public === run.digest && of.root === map!.root);
    must(names && made.operator === operator, "training", "the training statement does not name the run of the answer");
  }
  return { ...done, run, files, training };
}
