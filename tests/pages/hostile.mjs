// Inputs whose names try to be something else than text.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./browser.mjs";

const ATTACK = "</script><script>window.hacked=1</script>";
const HANDLER = '"><img src=x onerror="window.hacked=2">';
const QUOTES = `'"\`&lt;\${7*7}{{7*7}}`;
const BACKWARDS = "\u202edrawkcab\u202c";
const PICTURE = "👩‍🚀🏳️‍🌈";
const LONG = "endless".repeat(1429); // 10,003 characters without a place to break

export const STRANGE = [ATTACK + PICTURE, HANDLER + BACKWARDS, QUOTES, LONG];

/** A shipped file, which may have comments. */
async function shipped(path) {
  const text = await readFile(join(ROOT, path), "utf8");
  return JSON.parse(text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*/g, (_, quoted) => quoted ?? ""));
}

async function training(index) {
  const scenario = await shipped("scenarios/llama3-8b-2xp5.json");
  const name = STRANGE[index];
  const model = { base: "llama3-8b", name: ATTACK };
  return { ...scenario, name, question: STRANGE.join(" "), model };
}

/** Teams and jobs change their names, queues do not. */
async function governance() {
  const scenario = await shipped("tests/data/governance/small.json");
  const names = new Map(scenario.teams.map((team, i) => [team.name, STRANGE[i]]));
  const renamed = (list) => list.map((each) => ({ ...each, team: names.get(each.team) }));
  return {
    ...scenario,
    name: ATTACK,
    question: STRANGE.join(" "),
    teams: scenario.teams.map((team) => ({ ...team, name: names.get(team.name), queue: team.name })),
    jobs: renamed(scenario.jobs).map((job) => ({ ...job, name: STRANGE[2] })),
    endpoints: renamed(scenario.endpoints).map((each) => ({ ...each, name: LONG })),
  };
}

async function endpoints() {
  const scenario = await shipped("tests/data/endpoints/small.json");
  const alternatives = scenario.alternatives.map((each, i) => ({ ...each, name: STRANGE[i] }));
  return { ...scenario, name: LONG, question: ATTACK, alternatives };
}

async function study() {
  const { scenario, ...rest } = await shipped("tests/data/studies/grid.json");
  return {
    ...rest,
    name: ATTACK + LONG,
    question: QUOTES,
    scenario: join(ROOT, "tests/data/good/small.json"),
  };
}

/** The inputs, by name. */
export async function hostileInputs() {
  return {
    attack: await training(0),
    handler: await training(1),
    quotes: await training(2),
    long: await training(3),
    governance: await governance(),
    endpoints: await endpoints(),
    study: await study(),
  };
}
