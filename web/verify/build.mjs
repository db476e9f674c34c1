/** Build the page into the file that the package ships: node build.mjs [OUTPUT]. Deterministic to the byte. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const SOURCES = ["basis.ts", "build.mjs", "page.css", "page.html", "page.ts", "verify.ts", "words.ts"];
const SHIPPED = join(here, "..", "..", "src", "sekisho", "locale", "templates", "verify.html");
const modules = process.env.SEKISHO_NODE_MODULES ?? join(here, "node_modules");
const esbuild = createRequire(join(modules, "here.js"))("esbuild");

const text = (name) => readFileSync(join(here, name), "utf8");
const sha256 = (data) => createHash("sha256").update(data);
const built = await esbuild.build({
  entryPoints: [join(here, "page.ts")],
  bundle: true,
  charset: "utf8",
  format: "iife",
  globalName: "sekisho",
  legalComments: "none",
  target: "es2022",
  write: false,
});
// Sources by name, length and bytes, so that no two sets of files read alike.
const source = sha256(SOURCES.map((name) => `${name}\n${Buffer.byteLength(text(name))}\n${text(name)}`).join("")).digest("hex");
const parts = { style: `\n${text("page.css")}`, script: `\n${built.outputFiles[0].text}`, source };
if (/<\/(script|style)/i.test(parts.script + parts.style)) throw new Error("the page would end its own script");
const hashed = (part) => `'sha256-${sha256(part).digest("base64")}'`;
parts.policy = `default-src 'none'; script-src ${hashed(parts.script)}; style-src ${hashed(parts.style)}; `
  + "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
writeFileSync(process.argv[2] ?? SHIPPED, text("page.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]));
