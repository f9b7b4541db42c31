// The pages that are tried: one line each. In a command, INPUTS is the folder of what inputs.mjs
// writes, and SCRATCH one for what a command writes beside its page; --html FILE is added.
import { STRANGE } from "./hostile.mjs";

const KILOBYTES = 1000;
const SMALL = ["--models", "tests/data/models"];

function page(name, limit, ...command) {
  return { name, limit: limit * KILOBYTES, command };
}

/** What it shows must be these words, and nothing of them may run. */
function hostile(name, texts, ...command) {
  return { ...page(`hostile ${name}`, 2500, ...command), texts: texts.map((i) => STRANGE[i]) };
}

/** The name, at most so many kilobytes, and the command. */
export const PAGES = [
  page("plan", 1500, "plan", "scenarios/llama3-8b-2xp5.json", "--replicas", "50"),
  page("plan of a campaign", 1500, "plan", "scenarios/llama3-405b-p5.json", "--replicas", "20"),
  page("plan explained", 1500, "plan", "scenarios/llama3-70b-256xp5.json", "--replicas", "20", "--explain"),
  page(
    "plan in flows",
    1500,
    "plan",
    "scenarios/oversubscribed-spine.json",
    "--replicas",
    "20",
    "--network",
    "flow",
  ),
  {
    ...page("plan that cannot work", 1500, "plan", "tests/data/infeasible/too_much_memory.json"),
    infeasible: true,
  },
  page(
    "compare",
    2500,
    "compare",
    "scenarios/llama3-8b-2xp5.json",
    "--instance",
    "p5.48xlarge,p4de.24xlarge",
    "--replicas",
    "50",
  ),
  page(
    "optimize",
    2500,
    "optimize",
    "scenarios/llama3-8b-2xp5.json",
    "--nodes",
    "1..4",
    "--deadline",
    "30 d",
    "--replicas",
    "50",
  ),
  page(
    "sweep",
    2500,
    "sweep",
    "scenarios/studies/nodes-and-interval.json",
    "--replicas",
    "5",
    "--output",
    "SCRATCH.sqlite",
  ),
  page(
    "sweep of effects",
    2500,
    "sweep",
    "scenarios/studies/what-matters.json",
    "--replicas",
    "5",
    "--output",
    "SCRATCH.sqlite",
  ),
  page("govern", 2500, "govern", "scenarios/governance/console.json", "--replicas", "2"),
  page(
    "govern compared",
    2500,
    "govern",
    "scenarios/governance/static.json",
    "scenarios/governance/governed.json",
    "--replicas",
    "2",
  ),
  page("govern on its network", 2500, "govern", "scenarios/governance/fabric.json", "--network", "flow"),
  page("govern 100,000 jobs", 5000, "govern", "INPUTS/crowd.json"),
  page("endpoints", 2500, "endpoints", "scenarios/endpoints/layoutlm.json"),
  page(
    "calibrate fit",
    2500,
    "calibrate",
    "fit",
    "tests/data/measurements/collectives.json",
    "--output",
    "SCRATCH.json",
  ),
  page("calibrate check", 2500, "calibrate", "check", "models/measurements/p5-2-nodes-eks.json"),
  page("validate", 2500, "validate", "models/published_runs/published_runs.json"),
  hostile("plan", [0], "plan", "INPUTS/attack.json", "--replicas", "20"),
  hostile("plan with a long name", [3], "plan", "INPUTS/long.json", "--replicas", "20"),
  hostile(
    "compare",
    [0, 1, 2],
    "compare",
    "INPUTS/attack.json",
    "INPUTS/handler.json",
    "INPUTS/quotes.json",
    "INPUTS/long.json",
    "--replicas",
    "20",
  ),
  hostile("govern", [0], "govern", "INPUTS/governance.json", ...SMALL),
  hostile("endpoints", [0, 1, 2], "endpoints", "INPUTS/endpoints.json", ...SMALL),
  hostile("sweep", [2, 3], "sweep", "INPUTS/study.json", "--output", "SCRATCH.sqlite", ...SMALL),
];
