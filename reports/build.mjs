// Bundles src/ into dist/: what the program carries inside. `--check` builds in memory, and fails
// where dist/ is something else; `--outdir DIR` writes elsewhere.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { check: { type: "boolean" }, outdir: { type: "string", default: join(here, "dist") } },
});
const outdir = resolve(values.outdir);

/** Of what is bundled; each is named with its licence at the end of report.js, too. */
const BUNDLED = ["echarts", "zrender", "tslib"];

const options = {
  absWorkingDir: here,
  entryPoints: { report: "src/main.ts", theme: "src/theme.css" },
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  legalComments: "eof",
  write: false,
};

async function licences() {
  const texts = [];
  for (const name of BUNDLED) {
    const folder = join(here, "node_modules", name);
    const { version, license, homepage } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = name === "tslib" ? "LICENSE.txt" : "LICENSE";
    const text = await readFile(join(folder, file), "utf8");
    texts.push(`${name} ${version} (${license}) ${homepage}\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** Every file of dist/, by name. */
async function build() {
  const { outputFiles } = await esbuild.build(options);
  const files = new Map(outputFiles.map(({ path, text }) => [relative(outdir, path), text]));
  files.set("LICENSES.txt", await licences());
  return files;
}

const files = await build();
let different = 0;
for (const [name, text] of files) {
  const path = join(outdir, name);
  if (values.check) {
    const there = await readFile(path, "utf8").catch(() => undefined);
    if (there === text) continue;
    console.error(`reports/dist/${name} is not what reports/src makes: cd reports && npm run build`);
    different += 1;
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`${relative(process.cwd(), path)}: ${text.length} bytes`);
  }
}
process.exitCode = different > 0 ? 1 : 0;
