// KaTeX for the server that renders formulas (sphinxcontrib-katex), which ends when the build does.
"use strict";

// However a build ends, its end of this pipe is closed; nothing ever comes through it.
process.stdin.resume().on("end", () => process.exit());
module.exports = require.main.require("./katex.min");
