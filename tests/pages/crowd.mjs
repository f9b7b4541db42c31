// A cluster on which 100,000 jobs run: what the largest page is made of.

const DAYS = 30;
const TEAMS = ["vision", "speech", "robots", "search", "maps", "health", "games", "retail"];

function quota(name) {
  const resource = { name: "nvidia.com/gpu", nominalQuota: 256 };
  return {
    apiVersion: "kueue.x-k8s.io/v1beta1",
    kind: "ClusterQueue",
    metadata: { name },
    spec: {
      namespaceSelector: {},
      cohort: "all",
      preemption: { reclaimWithinCohort: "Any", withinClusterQueue: "LowerPriority" },
      resourceGroups: [
        { coveredResources: [resource.name], flavors: [{ name: "p5.48xlarge", resources: [resource] }] },
      ],
    },
  };
}

function team(name, index) {
  const size = (accelerators, weight) => ({ accelerators, weight });
  return {
    name,
    generators: [
      {
        name: "work",
        kind: "experiment",
        arrivals: { rate: `${(100_000 / TEAMS.length / DAYS).toFixed(1)} /d`, until: `${DAYS} d` },
        sizes: [size(1, 4), size(2, 2), size(8, 1 + (index % 3)), { nodes: 2, weight: 0.5 }],
        duration: { median: "2 h", mean: "4 h", most: "2 d" },
        startup: "2 min",
        checkpoint_interval: "15 min",
      },
    ],
  };
}

export function crowd() {
  return {
    schema: "sextant.governance/1",
    name: "crowd",
    question: "What do 100,000 jobs of eight teams do to 256 nodes in a month?",
    cluster: {
      flavors: [{ instance: "p5.48xlarge", nodes: 256 }],
      region: "us-east-1",
      prices: "aws-2026-07",
    },
    policy: {
      kueue: [
        { apiVersion: "kueue.x-k8s.io/v1beta1", kind: "ResourceFlavor", metadata: { name: "p5.48xlarge" } },
        ...TEAMS.map(quota),
      ],
    },
    teams: TEAMS.map(team),
    simulation: { duration: `${DAYS + 2} d`, seed: 1 },
  };
}
