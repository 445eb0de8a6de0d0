// Builds static-build/assets: two stylesheets, three scripts, the icon sprite, the mark.
//
// Tabler is cut to the rules whose names occur in a template, a Python file of the interface or a script, and
// every rule for a class that our own sheets define is dropped: where both know a name, ours is the only one. A
// Tabler name put together at run time would not be found: spell it out. Our own sheets are not cut, since the
// cutter mangles rules such as `:focus:not(:focus-visible)`; a test names the rules of ours that nothing uses.
import { build, context } from "esbuild";
import { PurgeCSS } from "purgecss";
import { mkdir, readFile, writeFile, copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "static-build", "assets");
// Old WebViews on cheap phones for residents; staff desks are newer but share the floor.
const target = ["chrome80", "safari13", "firefox78"];

const CONTENT = [
  "templates/**/*.html",
  "gongzhi/**/templates/**/*.html",
  "gongzhi/core/components/*.py",
  "gongzhi/**/forms.py",
  "gongzhi/**/forms/*.py",
  "frontend/src/**/*.ts",
].map((glob) => join(root, glob));

// Only names that stand where a class stands, and the names of elements: words of the pages are no classes.
function namesIn(text) {
  const elements = [...text.matchAll(/<([a-z][a-z0-9]*)/g)].map((match) => match[1]);
  const attributes = [...text.matchAll(/\s([a-z-]+)=/g)].map((match) => match[1]);
  const classes = [...text.matchAll(/class(?:Name|List)?["']?\s*[:=]\s*(["'])(.*?)\1/gs)].map((match) => match[2].replace(/{%.*?%}|{{.*?}}/gs, " "));
  return ["html", "body", ...elements, ...attributes, ...classes.join(" ").split(/\s+/)];
}

async function bundleCss(entry) {
  const result = await build({ entryPoints: [join(here, "css", entry)], bundle: true, minify: true, target, write: false });
  return result.outputFiles[0].text;
}

function classesIn(css) {
  return new Set([...css.matchAll(/\.(-?[_a-zA-Z][\w-]*)/g)].map((match) => match[1]));
}

async function cutTabler(ownCss) {
  const whole = await readFile(join(root, "node_modules/@tabler/core/dist/css/tabler.min.css"), "utf8");
  const [cut] = await new PurgeCSS().purge({
    content: CONTENT, css: [{ raw: whole }], extractors: [{ extractor: namesIn, extensions: ["html", "py", "ts"] }], variables: true, fontFace: true, keyframes: true, blocklist: [...classesIn(ownCss)],
  });
  const small = await build({ stdin: { contents: cut.css, loader: "css" }, minify: true, target: ["chrome111", "safari16.4", "firefox113"], write: false, logLevel: "error" });
  return { css: small.outputFiles[0].text, before: whole.length };
}

async function icons() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    const drawn = inside.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${drawn}</symbol>`;
  }));
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

async function styles() {
  const resident = await bundleCss("entry-resident.css");
  const own = await bundleCss("entry-staff.css");
  const tabler = await cutTabler(own);
  await writeFile(join(out, "resident.css"), resident);
  await writeFile(join(out, "staff.css"), tabler.css + own);
  return { "resident.css": resident.length, "staff.css": tabler.css.length + own.length, "of it Tabler": tabler.css.length, "Tabler whole": tabler.before };
}

const scripts = {
  entryPoints: { resident: join(here, "src/resident.ts"), staff: join(here, "src/staff.ts"), passkeys: join(here, "src/passkeys.ts") },
  outdir: out, bundle: true, minify: true, format: "esm", target: ["chrome80", "safari13.1", "firefox78"], metafile: true, logLevel: "warning",
};

await mkdir(out, { recursive: true });
const began = Date.now();
if (process.argv.includes("--watch")) {
  const watcher = await context(scripts);
  await watcher.watch();
  const again = () => Promise.all([styles(), icons(), copyFile(join(here, "mark.svg"), join(out, "mark.svg"))]);
  await again();
  const { watch } = await import("node:fs");
  watch(join(here, "css"), () => void again());
  console.log("watching");
} else {
  const [sizes, , , bundled] = await Promise.all([styles(), icons(), copyFile(join(here, "mark.svg"), join(out, "mark.svg")), build(scripts)]);
  for (const [path, info] of Object.entries(bundled.metafile.outputs)) sizes[path.split("/").pop()] = info.bytes;
  for (const [name, bytes] of Object.entries(sizes)) console.log(`${name.padEnd(14)} ${(bytes / 1024).toFixed(1).padStart(7)} KB`);
  console.log(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
