/** The page around the verifier: what was chosen, what holds of it, and in which words. No network at all. */
import { fromHex, hex, isSigned, Refused, sha256, type Step } from "./basis";
import * as verify from "./verify";
import { LANGS, WORDS, type Key } from "./words";

export * from "./basis";
export * from "./verify";

type Values = Readonly<Record<string, string | number | bigint>>;
type Kind = "logged" | "waiting" | "seal" | "receipt" | "public" | "question" | "statement" | "unknown";
interface Chosen { name: string; bytes: number; kind: Kind; text: string; sha256: string }
type Part = "proven" | "stated" | "elsewhere";
interface Line { part: Part; word: Key; values: Values; row?: boolean }
/** What holds of one thing that was checked, line by line. */
class Found {
  readonly lines: Line[] = [];
  readonly warnings: [Key, Values][] = [];
  readonly keys: [Key, Values, string][] = [];
  lead: Key = "holds.lead";
  constructor(readonly title: Key) {}
  say(word: Key, values: Values = {}, row = false): void {
    this.lines.push({ part: word.slice(0, word.indexOf(".")) as Part, word, values, row });
  }
  key(word: Key, value: string | number | bigint, values: Values = {}): void {
    this.keys.push([word, values, String(value)]);
  }
}
/** Files that can not be checked as they were chosen, and the words for why. */
class Unfit extends Error {
  constructor(readonly why: "alone" | "unasked") { super(why); }
}
const MOST = 200_000_000;

// Elements: text is only ever set as text.
function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, className = "", ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
/** Say a text in both languages, of which the page shows one; `{x:...}` is strong, `{x}` is filled in. */
function say(word: Key, values: Values = {}): DocumentFragment {
  const both = document.createDocumentFragment();
  LANGS.forEach((lang, number) => {
    const span = element("span");
    span.lang = lang;
    for (const piece of WORDS[word][number]!.split(/(\{[^}]*\})/)) {
      const [, name = "", strong] = /^\{(\w+)(?::([^}]*))?\}$/.exec(piece) ?? [];
      if (strong !== undefined) span.append(element("strong", "", strong));
      else if (!name) span.append(piece);
      else if (WORDS[values[name] as Key]) span.append(WORDS[values[name] as Key][number]!);
      else span.append(element("bdi", "", String(values[name] ?? "")));
    }
    both.append(span);
  });
  return both;
}
const SHAPES = { good: "M4 12l5 6L20 5", bad: "M5 5l14 14M19 5L5 19" };
function verdict(shape: keyof typeof SHAPES, word: Key): HTMLElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[shape]);
  svg.append(path);
  const made = element("h2", "verdict", svg, element("span", "", say(word)));
  made.tabIndex = -1;
  return made;
}

// What kind of file it is; that it is a good one is for the verifier to say.
function kindOf(text: string): Kind {
  if (text.startsWith("c2sp.org/tlog-proof@")) return "receipt";
  let value: unknown;
  try { value = JSON.parse(text); } catch { return "unknown"; }
  if (typeof value !== "object" || value === null) return "unknown";
  if ("receipt" in value && "statement" in value) return "logged";
  if ("row_key" in value && "statement" in value) return "seal";
  if ("salt" in value && "statement" in value) return "waiting";
  if ("payloadType" in value) return String(value.payloadType).includes(".question.") ? "question" : "statement";
  return "units" in value && "operator" in value ? "public" : "unknown";
}

// From what was verified to sentences.
const known = (trust: verify.Trust): Key => trust.log === undefined ? "elsewhere.log_own" : "elsewhere.log_given";
function ofLog(found: Found, place: verify.Place | null, trust: verify.Trust): void {
  if (place === null) {
    found.lead = "holds.lead_waiting";
    found.warnings.push(["warn.waiting", {}]);
    for (const word of ["elsewhere.who", "elsewhere.no_log"] as const) found.say(word);
    return;
  }
  const origin = place.vkey.slice(0, place.vkey.indexOf("+"));
  found.say("proven.log", { origin, index: place.index, size: place.size });
  for (const { name, seconds } of place.seen) {
    const known = seconds < 253402300800n;  // the year 10000
    const at = known ? `${new Date(Number(seconds) * 1000).toISOString().slice(0, 16)}Z` : seconds;
    found.say("proven.seen", { name, at });
  }
  found.say("elsewhere.who");
  found.say(known(trust));
  found.say(place.seen.length ? "elsewhere.witness" : "elsewhere.witness_none");
  found.key("key.vkey", place.vkey);
  found.key("key.index", place.index);
}
const day = (at: string): string => at.replace("T", " ").replace("Z", " UTC");
function ofRow(found: Found, row: verify.Row, near: number | null): void {
  const outcome = `outcome.${row.outcome}`, values = { item: row.item, outcome };
  if (near === null) found.say("proven.row", values, true);
  else found.say("proven.near_row", { ...values, bits: near }, true);
}
function ofFile(found: Found, file: verify.File, number: number, own: readonly Chosen[], open: boolean): void {
  const sha = (file.bytes ?? "").slice(0, 16);
  if (file.present !== null) found.say(file.present ? "proven.present" : "proven.absent", { number, sha });
  for (const { name } of own.filter((one) => one.sha256 === file.bytes)) found.say("proven.yours", { number, name });
  for (const row of file.same) ofRow(found, row, null);
  if (file.refused) found.say("proven.file_refused", { number, reason: `filerefusal.${file.refused}` });
  else if (open && file.present && file.same.length === 0) found.say("proven.closed", {}, true);
  if (file.near?.length) found.say("proven.near", { number, count: file.near.length });
  for (const { row, bits } of file.near ?? []) ofRow(found, row, bits);
  const none = file.near?.length === 0, count = file.more;
  if (count) found.say(none ? "stated.near_closed" : "stated.near_more", { number, count });
  else if (none) found.say("stated.near_none", { number });
  if (file.bytes) found.key("key.file", file.bytes, { number });
}
function saidOfTraining(found: Found, made: verify.Training): void {
  const complete: Key = made.complete ? "stated.training_yes" : "stated.training_no";
  found.say("proven.training", { operator: made.operator, model: made.model.slice(0, 16) });
  found.say("stated.training", { runs: made.runs.length, complete });
  found.key("key.model", made.model);
  made.runs.forEach((run, number) => found.key("key.run", run.public, { number: number + 1 }));
}
function ofTraining(made: verify.Training, trust: verify.Trust): Found {
  const found = new Found("holds.training");
  saidOfTraining(found, made);
  found.say("stated.at", { at: day(made.at) });
  found.key("key.operator", made.operator);
  ofLog(found, made.place, trust);
  return found;
}
function ofAnswer(made: verify.Answered, trust: verify.Trust, compared: boolean, own: readonly Chosen[]): Found {
  const { asked, operator, refusal, run } = made;
  const found = new Found(refusal === null ? "holds.answer" : "holds.refusal");
  if (asked.kind === "likeness") found.warnings.push(["warn.likeness", { asker: asked.asker }]);
  if (made.late) found.warnings.push(["warn.late", { at: day(made.at) }]);
  if (refusal !== null) found.say("proven.refused", { operator, reason: `refusal.${refusal}` });
  made.files.forEach((file, number) => ofFile(found, file, number + 1, own, asked.basis !== "public"));
  const rows = run?.facts.membership?.rows, sample = run?.facts.sample;
  if (rows !== undefined && sample) found.warnings.push(["warn.sample", { rows, of: sample.of }]);
  if (rows !== undefined) found.say("proven.sealed", { rows });
  if (refusal === null) found.say("proven.answer", { operator });
  found.say("proven.question", { asker: asked.asker, count: asked.asked.length });
  if (compared) found.say("proven.compared");
  if (run) for (const word of ["stated.near", "stated.complete", "stated.trained"] as const) found.say(word);
  if (run && (asked.kind === "work" || asked.kind === "character")) found.say("stated.near_work");
  for (const one of made.training) saidOfTraining(found, one);
  found.say("stated.at", { at: day(made.at) });
  found.key("key.operator", operator);
  found.key("key.asker", asked.asker);
  if (run?.facts.membership) {
    found.key("key.digest", run.digest);
    found.key("key.sealed_log", run.seal.place.vkey);
    found.key("key.sealed_index", run.seal.place.index);
    found.key("key.root", run.facts.membership.root);
    if (run.facts.membership.files !== null) found.key("key.files", run.facts.membership.files);
  }
  ofLog(found, made.place, trust);
  return found;
}
function ofSeal(seal: verify.Seal, trust: verify.Trust, digest?: string): Found {
  const found = new Found("holds.run");
  if (seal.secret) found.warnings.push(["warn.secret", {}]);
  found.say("proven.run", { operator: seal.operator });
  if (digest) found.say("proven.public");
  found.say("stated.check");
  if (seal.sample) found.say("stated.sample", { sample: seal.sample });
  found.say("stated.at", { at: day(seal.at) });
  found.key("key.operator", seal.operator);
  found.key("key.manifest", seal.manifest);
  if (digest) found.key("key.digest", digest);
  ofLog(found, seal.place, trust);
  return found;
}
function ofStatement(signed: verify.Statement, trust: verify.Trust, place?: verify.Place | null): Found {
  const found = new Found("holds.statement");
  found.say("proven.statement", { signer: signed.signer });
  found.say("stated.content");
  found.key("key.signer", signed.signer);
  found.key("key.type", signed.type);
  found.key("key.text", new TextDecoder().decode(signed.payload).slice(0, 2000));
  if (place !== undefined) ofLog(found, place, trust);
  else for (const word of ["elsewhere.who", "elsewhere.no_log"] as const) found.say(word);
  return found;
}
async function ofLogged(text: string, trust: verify.Trust, own: readonly Chosen[], question?: string): Promise<Found> {
  const signed = await verify.verifyLogged(text, trust);
  if (signed.type.includes(".answer."))
    return ofAnswer(await verify.verifyAnswer(text, trust, question), trust, question !== undefined, own);
  if (signed.type.includes(".training.")) return ofTraining(await verify.verifyTraining(text, trust), trust);
  return ofStatement(signed, trust, signed.place);
}
async function ofQuestion(text: string): Promise<Found> {
  const asked = await verify.openQuestion(text.trimEnd()), found = new Found("holds.question");
  found.say("proven.statement", { signer: asked.asker });
  for (const word of ["stated.content", "elsewhere.who", "elsewhere.no_log"] as const) found.say(word);
  found.key("key.asker", asked.asker);
  asked.asked.forEach((one, number) => found.key("key.file", one.sha256 ?? "-", { number: number + 1 }));
  return found;
}

// Which of the chosen files belong together.
/** What is checked together; null: it was part of what another has shown. */
interface Task { names: string[]; run: () => Promise<Found | null> }
function tasks(files: readonly Chosen[], trust: verify.Trust): Task[] {
  const of = (kind: Kind): Chosen[] => files.filter((file) => file.kind === kind);
  const [seals, receipts, facts, questions] = [of("seal"), of("receipt"), of("public"), of("question")];
  const answers = [...of("logged"), ...of("waiting")], own = of("unknown");
  const pair = answers.length === 1 && questions.length === 1;
  const asked = new Set<string>(), question = pair ? questions[0]!.text : undefined;
  const made: Task[] = answers.map(({ name, text }) => ({ names: [name], run: async () => {
    const found = await ofLogged(text, trust, own, question);
    for (const [word, , value] of found.keys) if (word === "key.file") asked.add(value);
    return found;
  } }));
  const parts = [...seals, ...receipts, ...facts];
  if (parts.length > 0) made.push({ names: parts.map((file) => file.name), run: async () => {
    const [seal, receipt, open] = [seals[0], receipts[0], facts[0]];
    if (!seal || !receipt || seals.length > 1 || receipts.length > 1 || facts.length > 1) throw new Unfit("alone");
    if (!open) return ofSeal(await verify.verifySeal(seal.text, receipt.text, trust), trust);
    const run = await verify.verifyRun(open.text, seal.text, receipt.text, trust);
    return ofSeal(run.seal, trust, run.digest);
  } });
  if (!pair) made.push(...questions.map(({ name, text }) => ({ names: [name], run: () => ofQuestion(text) })));
  made.push(...of("statement").map(({ name, text }) =>
    ({ names: [name], run: async () => ofStatement(await verify.openStatement(text.trimEnd()), trust) })));
  made.push(...own.map(({ name, sha256 }) => ({ names: [name], run: async () => {
    if (asked.has(sha256)) return null;
    throw answers.length > 0 ? new Unfit("unasked") : new Refused("form", "no document that this page knows");
  } })));
  return made;
}

// The page.
const by = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const results = by("results"), chosen = by("chosen"), drop = by("drop"), input = by<HTMLInputElement>("files");
let files: Chosen[] = [], runs = 0;

function part(name: Part, found: Found): HTMLElement | string {
  const lines = found.lines.filter((line) => line.part === name);
  if (lines.length === 0) return "";
  const list = element("ul");
  for (const { word, values, row } of lines) list.append(element("li", row ? "row" : "", say(word, values)));
  const lead = element("p", "hint", say(`part.${name}_lead`));
  return element("section", `part ${name}`, element("h3", "", say(`part.${name}`)), lead, list);
}
function shown(names: readonly string[], found: Found): HTMLElement {
  const card = element("article", "card", element("p", "of", names.join(" + ")), verdict("good", found.title));
  for (const [word, values] of found.warnings) card.append(element("p", "warn", say(word, values)));
  card.append(element("p", "", say(found.lead)));
  for (const name of ["proven", "stated", "elsewhere"] as const) card.append(part(name, found));
  const keys = element("dl");
  for (const [word, values, value] of found.keys)
    keys.append(element("dt", "", say(word, values)), element("dd", "", element("bdi", "", value)));
  card.append(element("details", "", element("summary", "", say("part.keys")), keys));
  return card;
}
function failed(names: readonly string[], error: unknown): HTMLElement {
  const unfit = error instanceof Unfit;
  const step: Step | Unfit["why"] = unfit ? error.why : error instanceof Refused ? error.step : "form";
  const card = element("article", "card bad", element("p", "of", names.join(" + ")), verdict("bad", "fails.title"));
  card.dataset["step"] = step;
  const why = element("p", "", element("strong", "", say("fails.why")), ": ", say(`step.${step}`));
  card.append(why);
  if (!unfit) card.append(element("p", "", say("fails.lead")));
  const what = element("code", "", String(error instanceof Error ? error.message : error).slice(0, 600));
  if (!unfit) card.append(element("details", "", element("summary", "", say("fails.detail")), what));
  return card;
}
async function check(): Promise<void> {
  const run = ++runs, lines = (id: string): string[] =>
    by<HTMLInputElement>(id).value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const trust: verify.Trust = { log: lines("log")[0], witnesses: [...new Set(lines("witnesses"))] };
  results.replaceChildren(element("p", "", say("page.busy")));
  const cards: HTMLElement[] = [];
  for (const { names, run: make } of tasks(files, trust)) {
    const card = await make().then((found) => found && shown(names, found), (error: unknown) => failed(names, error));
    if (card) cards.push(card);
  }
  if (run !== runs) return;
  results.replaceChildren(...cards);
  results.querySelector<HTMLElement>(".verdict")?.focus();
}
async function add(list: Iterable<globalThis.File>): Promise<void> {
  for (const file of list) {
    if (file.size > MOST) {
      chosen.append(element("li", "", say("page.large", { name: file.name })));
      continue;
    }
    const raw = new Uint8Array(await file.arrayBuffer());
    let text = "";
    try { text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw); } catch { text = ""; }
    const digest = hex(await sha256(raw));
    const one: Chosen = { name: file.name, bytes: raw.length, kind: kindOf(text), text, sha256: digest };
    files = [...files.filter((other) => other.name !== one.name), one];
  }
  chosen.replaceChildren(...files.map(({ name, bytes, kind }) =>
    element("li", "", say("file.line", { name, bytes, kind: `kind.${kind}` }))));
  await check();
}
function speak(lang: string): void {
  document.documentElement.lang = lang;
  document.title = WORDS["page.title"][lang === "ja" ? 0 : 1];
  for (const one of LANGS) by(one).setAttribute("aria-pressed", String(one === lang));
}
/** RFC 8032 7.1, test 1: whether this browser verifies Ed25519, and refuses what does not hold. */
async function works(): Promise<boolean> {
  const key = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const signature = fromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
    + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const empty = new Uint8Array(0), other = new Uint8Array(1);
  return globalThis.crypto?.subtle !== undefined && await isSigned(key, signature, empty)
    && !await isSigned(key, signature, other);
}

for (const lang of LANGS) by(lang).addEventListener("click", () => speak(lang));
speak(navigator.languages.some((lang) => lang.startsWith("ja")) ? "ja" : "en");
input.addEventListener("change", () => { void add([...input.files ?? []]).then(() => { input.value = ""; }); });
by("check").addEventListener("click", () => { void check(); });
by("clear").addEventListener("click", () => {
  [files, runs] = [[], runs + 1];
  by<HTMLInputElement>("log").value = by<HTMLInputElement>("witnesses").value = "";
  chosen.replaceChildren();
  results.replaceChildren();
});
for (const event of ["dragenter", "dragover"]) document.addEventListener(event, (dragged) => {
  dragged.preventDefault();
  drop.classList.add("over");
});
for (const event of ["dragleave", "drop"]) document.addEventListener(event, () => drop.classList.remove("over"));
document.addEventListener("drop", (dropped) => {
  dropped.preventDefault();
  void add([...dropped.dataTransfer?.files ?? []]);
});
void works().then((fine) => {
  if (fine) return;
  by<HTMLButtonElement>("check").disabled = input.disabled = true;
  results.replaceChildren(element("p", "warn", say("page.old")));
});
