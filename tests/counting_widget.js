// A widget that counts to its goal: what the tests of running things run.

import { choice } from "KIT/controls.js";
import { figure } from "KIT/figure.js";

export default figure({
  controls: [choice("goal", "goal", [40, 1e9], { text: String })],
  panels: [],
  compute: ({ goal }) => ({ goal }),
  sentence: ({ goal }, state, run) => (run ? `Counted ${run.count} of ${goal}.` : `Not counted to ${goal}.`),
  run: {
    label: "Count",
    begin: ({ goal }) => ({ goal, count: 0 }),
    advance: (run) => { run.count += 1; return run.count < run.goal; },
  },
});
