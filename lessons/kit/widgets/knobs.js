// Shows nothing: it stands among the controls of a figure in Jupyter and sees to their keys.

import { keepKeys } from "./keyboard.js";

export default { render: ({ el }) => keepKeys((one) => el.parentElement?.contains(one)) };
