// Scenarios that are made for the tests.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crowd } from "./crowd.mjs";
import { hostileInputs } from "./hostile.mjs";

/** Writes each as NAME.json into a folder. */
export async function writeInputs(folder) {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries({ ...(await hostileInputs()), crowd: crowd() })) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(content));
  }
}
